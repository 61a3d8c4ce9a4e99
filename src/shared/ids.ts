/**
 * Ids of things dray makes: a prefix that names the kind, then 22 base-62 characters.
 *
 * All of them are random, but for calls: the first eight of a call's id tell the millisecond it was made in, so that ids made
 * one after another sort that way. An index of millions of them then grows at its end, instead of being written to all over.
 *
 * Invariants
 * - nobody guesses an id: at least 83 bits of it are random
 * - for what came first, ask time fields: clocks differ from machine to machine
 */

/** In the order of its characters' codes, so that text sorts as the numbers do. */
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const LENGTH = 22;
/** Enough for milliseconds until the year 8888. */
const TIME_LENGTH = 8;
/** Largest multiple of 62 below 256: bytes from here on are dropped, so that every character is equally likely. */
const UNBIASED = 248;

/** `ap` app, `fc` function call, `ct` container, `im` image, `tk` token. */
export type IdPrefix = 'ap' | 'fc' | 'ct' | 'im' | 'tk';

let pool = new Uint8Array(0);
let next = 0;
let lastTime = 0;
let lastTimeText = '';

/** A new id, e.g. `fc-0VKTMd84jWm0QxE1zP5vBn`. */
export function newId(prefix: IdPrefix): string {
  let id = `${prefix}-`;
  const full = id.length + LENGTH;
  if (prefix === 'fc') id += timeText(Date.now());
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

/** Milliseconds since 1970 in base 62, kept for the ids of one millisecond. */
function timeText(time: number): string {
  if (time === lastTime) return lastTimeText;
  let text = '';
  for (let rest = time; text.length < TIME_LENGTH; rest = Math.floor(rest / 62))
    text = ALPHABET[rest % 62] + text;
  lastTime = time;
  lastTimeText = text;
  return text;
}
