/**
 * What an app file can have wrong about schedules.
 */
import { UserError } from '../../shared/errors.ts';

/** A scheduled function that cannot do without arguments; `what` are those it needs, in words. */
export function scheduledArguments(owner: string, what: string): UserError {
  return new UserError(
    'SCHEDULED_ARGUMENTS',
    `${owner} has a schedule, which gives no arguments; it needs ${what}`,
    {
      suggestions: ['give every parameter a default', 'or call it from a function that has the schedule'],
    },
  );
}

/** A cron expression that is none, or never comes true. */
export function cronInvalid(owner: string, expression: string, problem: string): UserError {
  return new UserError(
    'INVALID_OPTION',
    `schedule of ${owner} is ${JSON.stringify(expression)}; it must be a cron expression: ${problem}`,
    {
      suggestions: ['give five fields: minute, hour, day of the month, month, day of the week: "0 2 * * *"'],
    },
  );
}

/** A period that is over before a second is. */
export function periodTooShort(owner: string): UserError {
  return new UserError('INVALID_OPTION', `schedule of ${owner} must be a period of at least a second`, {
    suggestions: ['say how long it is: period({ minutes: 15 })'],
  });
}
