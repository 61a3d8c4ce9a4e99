/**
 * Schemas of fields that several routes have: times, names, numbers in a query.
 *
 * Invariants
 * - times are ISO 8601 in UTC; a field that may be missing is `null`, so that every answer has the same fields
 */
import { z } from 'zod';
import { NAME_PATTERN, NAME_RULE } from '../../shared/names.ts';

/** A time in an answer. */
export const time = z.iso.datetime();

/** Printable, since it is shown in lists and on a page. */
export const label = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .regex(/^[^\p{C}]*$/u);

/** A name of an environment, app, secret: as everywhere in dray. */
export const name = z.string().regex(NAME_PATTERN, `has to be ${NAME_RULE}`);

/** SHA-256 of a blob, as hexadecimal digits. */
export const digest = z.string().regex(/^[0-9a-f]{64}$/, 'has to be 64 hexadecimal digits');

/** A whole number in a query. */
export const queryInt = z.coerce.number<number>().int();

/** Yes or no in a query. */
export const queryFlag = z
  .enum(['true', 'false'])
  .or(z.boolean())
  .transform((value) => value === true || value === 'true')
  .pipe(z.boolean());

/** What may be given several times in a query: `?state=queued&state=running`. */
export function queryList<Item extends z.ZodType>(item: Item) {
  const list = z.preprocess((value) => (value === undefined ? value : [value].flat()), z.array(item));
  return list as unknown as z.ZodType<z.output<Item>[], readonly z.input<Item>[]>;
}
