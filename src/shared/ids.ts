/**
 * Ids of things dray makes: a prefix that names the kind, then 22 random base-62 characters.
 *
 * They are unguessable and say nothing about order; sort by time fields instead.
 */

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const LENGTH = 22;
/** Largest multiple of 62 below 256: bytes from here on are dropped, so that every character is equally likely. */
const UNBIASED = 248;

/** `ap` app, `fc` function call, `ct` container, `im` image, `tk` token. */
export type IdPrefix = 'ap' | 'fc' | 'ct' | 'im' | 'tk';

let pool = new Uint8Array(0);
let next = 0;

/** A new id, e.g. `fc-3kTMd84jWm0QxE1zP5vBnA`. */
export function newId(prefix: IdPrefix): string {
  let id = `${prefix}-`;
  const full = id.length + LENGTH;
  while (id.length < full) {
    if (next === pool.length) {
      // One request for thousands of ids: a map of a million calls must not ask the kernel a million times.
      pool = crypto.getRandomValues(new Uint8Array(16_384));
      next = 0;
    }
    const byte = pool[next++] as number;
    if (byte < UNBIASED) id += ALPHABET[byte % 62];
  }
  return id;
}
