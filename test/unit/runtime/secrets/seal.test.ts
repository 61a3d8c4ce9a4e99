import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { keyId, seal, unseal } from '../../../../src/runtime/secrets/seal.ts';

const key = randomBytes(32);
const place = { environment: 'main', name: 's3' };
const VALUES = { TOKEN: 'a=b "c"\nd\'é\u{1f511}', EMPTY: '', __proto: 'x' };

describe('sealed values', () => {
  it('open to what they were, for the key and the place they were sealed for', () => {
    expect(unseal(key, place, seal(key, place, VALUES))).toEqual(VALUES);
  });

  it('hold no value in clear', () => {
    const { ciphertext } = seal(key, place, { TOKEN: 'marker-value' });
    expect(Buffer.from(ciphertext).includes('marker')).toBe(false);
    expect(Buffer.from(ciphertext).includes('TOKEN')).toBe(false);
  });

  it('do not open by another key, in another environment or under another name', () => {
    const sealed = seal(key, place, VALUES);
    expect(unseal(randomBytes(32), place, sealed)).toBeUndefined();
    expect(unseal(key, { ...place, environment: 'prod' }, sealed)).toBeUndefined();
    expect(unseal(key, { ...place, name: 's4' }, sealed)).toBeUndefined();
    // Where the two meet must not be movable either.
    expect(unseal(key, { environment: 'mai', name: 'ns3' }, sealed)).toBeUndefined();
  });

  it('do not open once any bit of them was changed', () => {
    const sealed = seal(key, place, VALUES);
    for (const part of ['nonce', 'ciphertext'] as const) {
      for (let at = 0; at < sealed[part].length; at++) {
        const changed = Buffer.from(sealed[part]);
        changed[at] = (changed[at] as number) ^ 1;
        expect(unseal(key, place, { ...sealed, [part]: changed })).toBeUndefined();
      }
    }
    const { ciphertext } = sealed;
    expect(unseal(key, place, { ...sealed, ciphertext: ciphertext.subarray(0, -1) })).toBeUndefined();
    expect(unseal(key, place, { ...sealed, ciphertext: new Uint8Array(3) })).toBeUndefined();
    expect(unseal(key, place, { ...sealed, nonce: new Uint8Array(4) })).toBeUndefined();
  });

  it('differ each time, though the values are the same', () => {
    const nonces = Array.from({ length: 100 }, () =>
      Buffer.from(seal(key, place, VALUES).nonce).toString('hex'),
    );
    expect(new Set(nonces).size).toBe(100);
  });
});

describe('keyId', () => {
  it('tells keys apart and holds nothing of them', () => {
    expect(keyId(key)).toMatch(/^[0-9a-f]{16}$/);
    expect(keyId(key)).toBe(keyId(Buffer.from(key)));
    expect(keyId(key)).not.toBe(keyId(randomBytes(32)));
    expect(key.toString('hex')).not.toContain(keyId(key));
  });
});
