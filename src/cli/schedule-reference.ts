/**
 * Which schedule a command line means: `APP::FUNCTION`, or an app alone where one function of it has a schedule. Pure.
 */
import type { ScheduleReply } from '../protocol/api/schedule-routes.ts';
import { UserError } from '../shared/errors.ts';

/** The app and function meant. Of an app alone, `schedules` tells the function. Throws SCHEDULE_UNCLEAR. */
export function namedSchedule(
  reference: string,
  schedules: readonly ScheduleReply[],
): { readonly app: string; readonly function: string } {
  const at = reference.indexOf('::');
  if (at !== -1) return { app: reference.slice(0, at), function: reference.slice(at + 2) };
  const ofApp = schedules.filter(({ app }) => app === reference);
  const [only, another] = ofApp;
  if (only !== undefined && another === undefined) return only;
  const known = (only === undefined ? schedules : ofApp).map((each) => `${each.app}::${each.function}`);
  const problem = only === undefined ? 'has no scheduled function' : 'has more than one scheduled function';
  throw new UserError('SCHEDULE_UNCLEAR', `the app ${reference} ${problem}`, {
    suggestions: [
      known.length === 0 ? 'see those there are: dray schedule list' : `name one: ${known.join(', ')}`,
      'look in its environment: --env NAME',
    ],
  });
}
