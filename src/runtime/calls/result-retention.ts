/**
 * Forgets what calls gave back when its time is over, and later that they were.
 */
import type { CallRecords } from '../store/call-records.ts';

const DAY_MS = 86_400_000;

/** How often it is looked for what is old. */
const EVERY_MS = 3_600_000;

/** That a call was, is known for at least so long, in days: its result then is expired and not unknown. */
const KNOWN_DAYS = 30;

type Records = Pick<CallRecords, 'forgetOutcomesBefore' | 'forgetSettledBefore'>;

/** Forgets results that are older than `resultsDays` at the time `now`. */
export async function forgetOldResults(records: Records, resultsDays: number, now: number): Promise<void> {
  await records.forgetOutcomesBefore(now - resultsDays * DAY_MS);
  await records.forgetSettledBefore(now - Math.max(resultsDays, KNOWN_DAYS) * DAY_MS);
}

/** Does so now and every hour, until it is disposed of. */
export function keepForgetting(
  records: Records,
  resultsDays: number,
  onDefect: (error: unknown) => void,
): Disposable {
  const forget = () => void forgetOldResults(records, resultsDays, Date.now()).catch(onDefect);
  const timer = setInterval(forget, EVERY_MS);
  timer.unref();
  forget();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
