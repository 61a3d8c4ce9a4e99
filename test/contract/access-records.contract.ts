/**
 * What the records of access promise in every store.
 */
import { describe, expect, it } from 'vitest';
import type { Store } from '../../src/runtime/store/store.ts';

const hash = (byte: number) => new Uint8Array(32).fill(byte);

/** `open` gives an empty store. */
export function describeAccessRecords(name: string, open: () => Promise<Store>): void {
  describe(`${name}: tokens`, () => {
    const token = {
      id: 'tk-b',
      name: 'ada@host',
      scopes: ['invoke', 'read'],
      secretHash: hash(7),
      createdAt: 5,
    };

    it('gives back what was put, oldest first, and takes what is deleted away', async () => {
      await using store = await open();
      const { access } = store;
      await access.createToken(token);
      await access.createToken({ ...token, id: 'tk-a', createdAt: 6 });
      await access.createToken({ ...token, id: 'tk-c', createdAt: 4 });
      expect((await access.tokens()).map(({ id }) => id)).toEqual(['tk-c', 'tk-b', 'tk-a']);
      expect(await access.token('tk-b')).toEqual({ ...token, lastUsedAt: undefined });
      expect(await access.deleteToken('tk-b')).toBe(true);
      expect(await access.deleteToken('tk-b')).toBe(false);
      expect(await access.token('tk-b')).toBeUndefined();
    });

    it('notes when one was used, and passes over one that is gone', async () => {
      await using store = await open();
      await store.access.createToken(token);
      await store.access.markTokenUsed('tk-b', 9);
      await store.access.markTokenUsed('tk-x', 9);
      expect((await store.access.tokens()).map(({ lastUsedAt }) => lastUsedAt)).toEqual([9]);
    });
  });

  describe(`${name}: the admin code`, () => {
    it('is taken once, whoever asks at the same time', async () => {
      await using store = await open();
      expect(await store.access.putAdminCode(hash(1), 5)).toBe(true);
      expect(await store.access.takeAdminCode(hash(2))).toBe(false);
      const taken = await Promise.all(Array.from({ length: 8 }, () => store.access.takeAdminCode(hash(1))));
      expect(taken.filter(Boolean)).toHaveLength(1);
    });

    it('takes the place of the one before it', async () => {
      await using store = await open();
      await store.access.putAdminCode(hash(1), 5);
      await store.access.putAdminCode(hash(2), 6);
      expect(await store.access.takeAdminCode(hash(1))).toBe(false);
      expect(await store.access.takeAdminCode(hash(2))).toBe(true);
    });

    it('is a first one only where nobody has a way in', async () => {
      const first = async (prepare: (store: Store) => Promise<unknown>) => {
        await using store = await open();
        await prepare(store);
        return store.access.putAdminCode(hash(9), 100, { onlyFirst: true });
      };
      const session = (expiresAt: number) => ({ secretHash: hash(3), createdAt: 5, expiresAt });
      const token = { id: 'tk-a', name: 'a', scopes: ['read'], secretHash: hash(7), createdAt: 5 };
      expect(await first(async () => {})).toBe(true);
      expect(await first(({ access }) => access.createToken(token))).toBe(false);
      expect(await first(({ access }) => access.putAdminCode(hash(1), 5))).toBe(false);
      expect(await first(({ access }) => access.createSession(session(101)))).toBe(false);
      expect(await first(({ access }) => access.createSession(session(100)))).toBe(true);
    });
  });

  describe(`${name}: sessions`, () => {
    it('are found by the hash of their secret until they are deleted', async () => {
      await using store = await open();
      const session = { secretHash: hash(3), createdAt: 5, expiresAt: 10 };
      await store.access.createSession(session);
      expect(await store.access.session(hash(3))).toEqual(session);
      expect(await store.access.session(hash(4))).toBeUndefined();
      await store.access.deleteSession(hash(3));
      expect(await store.access.session(hash(3))).toBeUndefined();
    });

    it('are forgotten once they ended before another began', async () => {
      await using store = await open();
      await store.access.createSession({ secretHash: hash(1), createdAt: 5, expiresAt: 10 });
      await store.access.createSession({ secretHash: hash(2), createdAt: 10, expiresAt: 20 });
      expect(await store.access.session(hash(1))).toBeUndefined();
      expect(await store.access.session(hash(2))).toBeDefined();
    });
  });
}
