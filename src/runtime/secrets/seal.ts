/**
 * Seals the values of a secret, and opens them again: AES-256-GCM with a random nonce. Pure but for the random.
 *
 * Invariants
 * - environment and name are bound in: what was sealed for one secret does not open as another
 * - a nonce is 96 random bits, new for each sealing; a key seals far fewer than 2^32 times, as NIST SP 800-38D 8.3 asks
 * - no byte of what was sealed is believed before all of it is proved
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { SealedValues } from '../store/store.ts';

/** Values by the names of their variables. */
export type SecretValues = Readonly<Record<string, string>>;

/** Where a secret is. */
export interface SecretPlace {
  readonly environment: string;
  readonly name: string;
}

export const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const CIPHER = 'aes-256-gcm';

/** Tells which key it is without telling what it is. */
export function keyId(key: Uint8Array): string {
  return createHash('sha256').update('dray secret key id\0').update(key).digest('hex').slice(0, 16);
}

/** Seals values by a key of 32 bytes. */
export function seal(key: Uint8Array, place: SecretPlace, values: SecretValues): SealedValues {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(boundTo(place));
  const ciphertext = Buffer.concat([
    cipher.update(JSON.stringify(values)),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
  return { keyId: keyId(key), nonce, ciphertext };
}

/** The values, or undefined where they were not sealed by this key for this place, or were changed since. */
export function unseal(
  key: Uint8Array,
  place: SecretPlace,
  { nonce, ciphertext }: SealedValues,
): SecretValues | undefined {
  if (nonce.length !== NONCE_BYTES || ciphertext.length < TAG_BYTES) return undefined;
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(boundTo(place));
  decipher.setAuthTag(ciphertext.subarray(-TAG_BYTES));
  const text = decipher.update(ciphertext.subarray(0, -TAG_BYTES));
  try {
    return JSON.parse(Buffer.concat([text, decipher.final()]).toString()) as SecretValues;
  } catch {
    // Node says no more than that it did not prove right.
    return undefined;
  }
}

function boundTo({ environment, name }: SecretPlace): Buffer {
  return Buffer.from(JSON.stringify(['dray secret', 1, environment, name]));
}
