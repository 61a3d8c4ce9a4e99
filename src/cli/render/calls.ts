/**
 * How calls look in lists and by themselves. Pure.
 */
import chalk from 'chalk';
import type { CallReply, CallResultReply } from '../../protocol/api/call-routes.ts';
import { columns } from './columns.ts';

/** A line for each call, newest first. */
export function renderCalls(calls: readonly CallReply[], environment: string): string {
  if (calls.length === 0) return `No such call is kept in the environment ${environment}`;
  const head = ['ID', 'FUNCTION', 'STATE', 'ACCEPTED', 'TOOK', 'ATTEMPTS', 'NOTE'].map((title) =>
    chalk.dim(title),
  );
  const rows = calls.map((call) => [
    ...[call.id, functionName(call), STATES[call.state], second(call.acceptedAt), took(call)],
    String(call.attempts),
    noteOf(call),
  ]);
  return columns([head, ...rows]);
}

/** A call with everything that is known of it, its result last. */
export function renderCall(call: CallResultReply): string {
  const rows = [
    ['call', call.id],
    ['function', functionName(call)],
    ['state', STATES[call.state]],
    ...(call.waitingFor === null ? [] : [['waiting for', call.waitingFor]]),
    ['made by', call.parent === null ? ORIGINS[call.origin] : `the code of ${call.parent}`],
    ['accepted', call.acceptedAt],
    ...(call.startedAt === null ? [] : [['started', call.startedAt]]),
    ...(call.settledAt === null ? [] : [['settled', call.settledAt]]),
    ['attempts', String(call.attempts)],
    ...(call.idempotencyKey === null ? [] : [['key', call.idempotencyKey]]),
  ];
  const lines = [columns(rows.map(([title = '', text = '']) => [chalk.dim(title), text]))];
  if (call.expired) lines.push('', 'its result was kept for its time, and is gone');
  if (call.error !== null) lines.push('', call.error.stack ?? `${call.error.name}: ${call.error.message}`);
  if (call.state === 'succeeded' && !call.expired) lines.push('', JSON.stringify(call.result, undefined, 2));
  return lines.join('\n');
}

const STATES = {
  queued: 'queued',
  running: chalk.cyan('running'),
  succeeded: chalk.green('succeeded'),
  failed: chalk.red('failed'),
  cancelled: chalk.dim('cancelled'),
  'timed-out': chalk.red('timed-out'),
} as const;

const ORIGINS = { spawn: 'spawn', schedule: 'a schedule', http: 'a request' } as const;

function functionName({ app, function: name, method }: CallReply): string {
  return `${app}/${method === null ? name : `${name}.${method}`}`;
}

function noteOf({ waitingFor, parent, origin }: CallReply): string {
  if (waitingFor !== null) return `waiting: ${waitingFor}`;
  if (parent !== null) return `by ${parent}`;
  return origin === 'spawn' ? '' : `by ${ORIGINS[origin]}`;
}

/** Of the last attempt. */
function took({ startedAt, settledAt }: CallReply): string {
  if (startedAt === null || settledAt === null) return '';
  const ms = Date.parse(settledAt) - Date.parse(startedAt);
  return ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`;
}

function second(iso: string): string {
  return iso.replace('T', ' ').slice(0, 19);
}
