/**
 * Checks what only the source and the calendar tell of schedules: whether a scheduled function can do without arguments, and
 * whether its times ever come.
 *
 * Loaded only where an app has schedules, since it brings what reads cron expressions.
 */
import type { FunctionDeclaration, ServedDeclaration } from '../../sdk/declaration.ts';
import { cronProblem } from '../schedules/cron-times.ts';
import { periodMs } from '../schedules/period-times.ts';
import { readParameters } from './read-parameters.ts';
import { cronInvalid, periodTooShort, scheduledArguments } from './schedule-errors.ts';
import { declarationPosition, displayPosition } from './source-position.ts';

const SECOND_MS = 1_000;

/** @throws UserError SCHEDULED_ARGUMENTS or INVALID_OPTION */
export function checkSchedules(functions: readonly ServedDeclaration[]): void {
  for (const fn of functions.filter(isScheduled)) {
    const position = declarationPosition(fn.declaredAt);
    const owner = `function ${fn.name}${position === undefined ? '' : ` (${displayPosition(position)})`}`;
    checkTimes(owner, fn);
    checkArguments(owner, fn);
  }
}

function checkTimes(owner: string, { options: { schedule } }: FunctionDeclaration): void {
  if (schedule?.kind === 'cron') {
    const problem = cronProblem(schedule, Date.now());
    if (problem !== undefined) throw cronInvalid(owner, schedule.expression, problem);
  }
  if (schedule?.kind === 'period' && periodMs(schedule.every) < SECOND_MS) throw periodTooShort(owner);
}

function checkArguments(owner: string, fn: FunctionDeclaration): void {
  const read = readParameters(fn);
  if (!('parameters' in read)) return;
  const required = read.parameters.filter((parameter) => parameter.required);
  if (read.style === 'object') {
    if (read.optional === true) return;
    throw scheduledArguments(
      owner,
      required.length === 0 ? 'an object' : `an object with ${namesOf(required)}`,
    );
  }
  if (required.length > 0) throw scheduledArguments(owner, namesOf(required));
}

function namesOf(parameters: readonly { readonly name: string }[]): string {
  return parameters.map(({ name }) => name).join(', ');
}

function isScheduled(served: ServedDeclaration): served is FunctionDeclaration {
  return served.kind === 'function' && served.options.schedule !== undefined;
}
