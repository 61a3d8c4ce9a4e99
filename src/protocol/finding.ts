/**
 * What a check found: one line, how bad it is, and what to do about it.
 *
 * Invariants
 * - a problem keeps something of dray from working; a warning does not
 * - whatever is not ok says what to do
 */

/** `ok` is worth knowing, `warning` worth mending, `problem` has to be mended. */
export type Level = 'ok' | 'warning' | 'problem';

/** What a check is about, and what findings are listed under. */
export type CheckName =
  | 'docker'
  | 'disk'
  | 'builder'
  | 'clock'
  | 'leftovers'
  | 'node'
  | 'store'
  | 'secrets'
  | 'config';

export interface Finding {
  readonly check: CheckName;
  readonly level: Level;
  /** One line. */
  readonly message: string;
  /** What to do, one line; none for what is ok. */
  readonly advice?: string;
}
