/**
 * Makes secrets, and the hashes that are kept of them.
 *
 * A secret is 256 random bits, a code that a person types 100. So much cannot be guessed from its hash however fast the
 * hash is, so it is SHA-256 without salt: slow hashes are for passwords, which people choose.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Crockford's base 32: no letter looks like a digit. https://www.crockford.com/base32.html */
const BASE32 = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CODE_LENGTH = 20;
const GROUP = 5;

/** A secret of 256 bits, as text for headers and cookies. */
export function newSecret(prefix = ''): string {
  return prefix + randomBytes(32).toString('base64url');
}

/** A code for people: `7K2QF-0M3XD-PZ4RT-9HW6B`. */
export function newCode(): string {
  const characters = Array.from(randomBytes(CODE_LENGTH), (byte) => BASE32[byte % 32]).join('');
  return (characters.match(new RegExp(`.{${GROUP}}`, 'g')) as string[]).join('-');
}

/** What a person typed, as the code was made: case, blanks and look-alikes do not matter. */
export function typedCode(text: string): string {
  const plain = text.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  return (plain.match(new RegExp(`.{1,${GROUP}}`, 'g')) ?? []).join('-');
}

/** What is kept of a secret. */
export function hashOf(secret: string): Uint8Array {
  return createHash('sha256').update(secret).digest();
}

/** Whether two hashes are the same, in a time that tells nothing of where they differ. */
export function sameHash(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
