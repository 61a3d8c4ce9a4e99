/**
 * How schedules look. Pure.
 */
import chalk from 'chalk';
import type { ScheduleReply } from '../../protocol/api/schedule-routes.ts';
import { columns } from './columns.ts';
import { minute } from './minute.ts';

/** A line for each. */
export function renderSchedules(schedules: readonly ScheduleReply[], environment: string): string {
  if (schedules.length === 0) return `No deployed function of the environment ${environment} has a schedule`;
  const head = ['FUNCTION', 'SCHEDULE', 'NEXT', 'LAST', 'RESULT', 'CALL'].map((title) => chalk.dim(title));
  const rows = schedules.map((each) => [
    ...[`${each.app}::${each.function}`, scheduleText(each.schedule), nextText(each)],
    ...[
      each.lastDueAt === null ? 'never' : minute(each.lastDueAt),
      resultText(each),
      each.lastCall?.id ?? '',
    ],
  ]);
  return columns([head, ...rows]);
}

/** `0 2 * * * Europe/Berlin`, `every 1 hour 30 minutes`. */
export function scheduleText(schedule: ScheduleReply['schedule']): string {
  if (schedule.kind === 'cron') return `${schedule.expression} ${schedule.timezone}`;
  const parts = Object.entries(schedule.every).filter(([, count]) => count !== undefined && count !== 0);
  return `every ${parts.map(([unit, count]) => (count === 1 ? `1 ${unit.slice(0, -1)}` : `${count} ${unit}`)).join(' ')}`;
}

/** When it fires next, in a sentence's place. */
export function nextText({ paused, nextAt }: ScheduleReply): string {
  if (paused) return chalk.yellow('paused');
  return nextAt === null ? 'never' : minute(nextAt);
}

function resultText({ lastCall }: ScheduleReply): string {
  if (lastCall === null) return '';
  switch (lastCall.state) {
    case 'succeeded':
      return chalk.green('succeeded');
    case 'failed':
    case 'timed-out':
      return chalk.red(lastCall.state);
    default:
      return lastCall.state;
  }
}
