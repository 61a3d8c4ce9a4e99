/**
 * What every store promises, run on each implementation.
 *
 * What only a file can promise (several processes, kill -9, a full disk) is tested in test/store.
 */
import { describe, expect, it } from 'vitest';
import type { NewSecret, SealedValues, Store } from '../../src/runtime/store/store.ts';

export function sealedBy(keyId: string, text = 'sealed'): SealedValues {
  return { keyId, nonce: new Uint8Array([1, 2, 3]), ciphertext: new TextEncoder().encode(text) };
}

export function newSecret(given: Partial<NewSecret> & { readonly sealed?: SealedValues } = {}): NewSecret {
  const { sealed = sealedBy('k1'), ...fields } = given;
  return { environment: 'main', name: 's3', keys: ['ID', 'TOKEN'], at: 1_000, seal: () => sealed, ...fields };
}

/** `open` gives an empty store. */
export function describeStore(name: string, open: () => Promise<Store>): void {
  describe(`${name}: environments`, () => {
    it('has main from the beginning', async () => {
      await using store = await open();
      expect(await store.environments.list()).toEqual([{ name: 'main', createdAt: expect.any(Number) }]);
      expect((await store.environments.get('main'))?.createdAt).toBeGreaterThan(Date.now() - 3_600_000);
    });

    it('creates one once, and lists them by name', async () => {
      await using store = await open();
      const { environments } = store;
      expect(await environments.create({ name: 'staging', createdAt: 5 })).toBe(true);
      expect(await environments.create({ name: 'dev', createdAt: 6 })).toBe(true);
      expect(await environments.create({ name: 'staging', createdAt: 7 })).toBe(false);
      expect((await environments.list()).map((each) => each.name)).toEqual(['dev', 'main', 'staging']);
      expect(await environments.get('staging')).toEqual({ name: 'staging', createdAt: 5 });
      expect(await environments.get('prod')).toBeUndefined();
    });

    it('deletes an empty one, and one with records only when they are to go with it', async () => {
      await using store = await open();
      const { environments, secrets } = store;
      await environments.create({ name: 'staging', createdAt: 5 });
      await secrets.put(newSecret({ environment: 'staging' }), { replace: false });
      await secrets.put(newSecret(), { replace: false });
      expect(await environments.delete('staging')).toBe('not-empty');
      expect(await secrets.list('staging')).toHaveLength(1);
      expect(await environments.delete('staging', { withRecords: true })).toBe('deleted');
      expect(await environments.delete('staging')).toBe('not-found');
      expect(await secrets.list('staging')).toEqual([]);
      expect(await secrets.list('main')).toHaveLength(1);
    });

    it('never deletes main', async () => {
      await using store = await open();
      expect(await store.environments.delete('main', { withRecords: true })).toBe('main');
      expect(await store.environments.get('main')).toBeDefined();
    });
  });

  describe(`${name}: secrets`, () => {
    it('gives back what was put, byte for byte', async () => {
      await using store = await open();
      const sealed = {
        keyId: 'k1',
        nonce: new Uint8Array(12).fill(7),
        ciphertext: Uint8Array.from({ length: 256 }, (_, i) => i),
      };
      expect(await store.secrets.put(newSecret({ sealed }), { replace: false })).toBe('created');
      expect(await store.secrets.get('main', 's3')).toEqual({
        environment: 'main',
        name: 's3',
        keys: ['ID', 'TOKEN'],
        createdAt: 1_000,
        updatedAt: 1_000,
        lastUsedAt: undefined,
        sealed,
      });
    });

    it('lists the secrets of one environment by name, without what is sealed', async () => {
      await using store = await open();
      const { environments, secrets } = store;
      await environments.create({ name: 'staging', createdAt: 5 });
      for (const name of ['b', 'a', 'B']) await secrets.put(newSecret({ name }), { replace: false });
      await secrets.put(newSecret({ environment: 'staging', name: 'c' }), { replace: false });
      const list = await secrets.list('main');
      expect(list.map((each) => each.name)).toEqual(['B', 'a', 'b']);
      expect(Object.keys(list[0] ?? {})).not.toContain('sealed');
      expect(await secrets.list('nowhere')).toEqual([]);
    });

    it('keeps one that exists unless it is to be replaced', async () => {
      await using store = await open();
      const { secrets } = store;
      await secrets.put(newSecret(), { replace: false });
      const other = newSecret({ keys: ['X'], sealed: sealedBy('k1', 'other'), at: 2_000 });
      expect(await secrets.put(other, { replace: false })).toBe('exists');
      expect((await secrets.get('main', 's3'))?.keys).toEqual(['ID', 'TOKEN']);
      expect(await secrets.put(other, { replace: true })).toBe('replaced');
      expect(await secrets.get('main', 's3')).toMatchObject({
        ...{ keys: ['X'], createdAt: 1_000, updatedAt: 2_000 },
        sealed: sealedBy('k1', 'other'),
      });
    });

    it('refuses a secret of an environment that is not there', async () => {
      await using store = await open();
      const put = store.secrets.put(newSecret({ environment: 'nowhere' }), { replace: true });
      expect(await put).toBe('no-environment');
      expect(await store.secrets.get('nowhere', 's3')).toBeUndefined();
    });

    it('keeps all secrets sealed by one key, and takes any key when there are none', async () => {
      await using store = await open();
      const { secrets } = store;
      expect(await secrets.keyId()).toBeUndefined();
      const told: (string | undefined)[] = [];
      const put = (name: string, key: string) => {
        const seal = (keyId: string | undefined) => {
          told.push(keyId);
          return sealedBy(key);
        };
        return secrets.put(newSecret({ name, seal }), { replace: false });
      };
      await put('a', 'k1');
      await put('b', 'k1');
      expect(await secrets.keyId()).toBe('k1');
      await expect(put('c', 'k2')).rejects.toThrow('another key');
      expect(await secrets.list('main')).toHaveLength(2);
      await secrets.delete('main', 'a');
      await secrets.delete('main', 'b');
      expect(await put('c', 'k2')).toBe('created');
      expect(await secrets.keyId()).toBe('k2');
      expect(told).toEqual([undefined, 'k1', 'k1', undefined]);
    });

    it('deletes one once', async () => {
      await using store = await open();
      await store.secrets.put(newSecret(), { replace: false });
      expect(await store.secrets.delete('main', 's3')).toBe(true);
      expect(await store.secrets.delete('main', 's3')).toBe(false);
      expect(await store.secrets.get('main', 's3')).toBeUndefined();
    });

    it('notes the last use of those that are there, and keeps it when one is replaced', async () => {
      await using store = await open();
      const { secrets } = store;
      await secrets.put(newSecret(), { replace: false });
      await secrets.markUsed('main', ['s3', 'gone'], 3_000);
      await secrets.put(newSecret({ at: 4_000 }), { replace: true });
      expect(await secrets.list('main')).toMatchObject([{ name: 's3', lastUsedAt: 3_000, updatedAt: 4_000 }]);
    });

    it('seals the secrets of all environments anew in one step', async () => {
      await using store = await open();
      const { environments, secrets } = store;
      await environments.create({ name: 'staging', createdAt: 5 });
      await secrets.put(newSecret(), { replace: false });
      await secrets.put(newSecret({ environment: 'staging', name: 'b' }), { replace: false });
      await secrets.rekey(({ keyId, records }) => {
        expect(keyId).toBe('k1');
        return records.map((record) => sealedBy('k2', `${record.environment}/${record.name}`));
      });
      expect(await secrets.keyId()).toBe('k2');
      expect((await secrets.get('staging', 'b'))?.sealed).toEqual(sealedBy('k2', 'staging/b'));
      expect(await secrets.get('main', 's3')).toMatchObject({
        ...{ createdAt: 1_000, updatedAt: 1_000 },
        sealed: sealedBy('k2', 'main/s3'),
      });
    });

    it('changes nothing when sealing anew is given up or fails', async () => {
      await using store = await open();
      const { secrets } = store;
      await secrets.put(newSecret(), { replace: false });
      await secrets.rekey(() => undefined);
      const failing = secrets.rekey(() => {
        throw new RangeError('wrong key');
      });
      await expect(failing).rejects.toThrow(new RangeError('wrong key'));
      expect((await secrets.get('main', 's3'))?.sealed).toEqual(sealedBy('k1'));
      await secrets.rekey(({ records }) => records.map(() => sealedBy('k3')));
      expect(await secrets.keyId()).toBe('k3');
    });
  });

  describe(`${name}: many callers at once`, () => {
    it('answers each write for itself, in the order asked for', async () => {
      await using store = await open();
      const puts = Array.from({ length: 300 }, (_, i) =>
        store.secrets.put(newSecret({ name: `s${i % 100}` }), { replace: false }),
      );
      const outcomes = await Promise.all(puts);
      expect(outcomes.slice(0, 100).every((outcome) => outcome === 'created')).toBe(true);
      expect(outcomes.slice(100).every((outcome) => outcome === 'exists')).toBe(true);
      expect(await store.secrets.list('main')).toHaveLength(100);
    });

    it('fails a write that throws alone', async () => {
      await using store = await open();
      const { secrets } = store;
      const before = secrets.put(newSecret({ name: 'before' }), { replace: false });
      const failing = secrets.rekey(() => {
        throw new RangeError('no');
      });
      failing.catch(() => {});
      const after = secrets.put(newSecret({ name: 'after' }), { replace: false });
      expect(await Promise.all([before, after])).toEqual(['created', 'created']);
      await expect(failing).rejects.toThrow(RangeError);
      expect(await secrets.list('main')).toHaveLength(2);
    });

    it('finishes what was asked for before it closes', async () => {
      const store = await open();
      const put = store.secrets.put(newSecret(), { replace: false });
      await store.close();
      expect(await put).toBe('created');
      await store.close();
    });
  });
}
