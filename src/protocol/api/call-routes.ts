/**
 * Routes of calls: make one from any language, look at it, end it.
 */
import { z } from 'zod';
import type { ApiRoute } from './api-route.ts';
import { name, queryInt, queryList, time } from './field-schemas.ts';

/** Arguments as JSON. More goes over the connection of a client. */
const MAX_CALL_BYTES = 16 * 1_048_576;

/** How long a request may wait for a result, in ms. */
export const MAX_WAIT_MS = 600_000;
/** Without a limit of its own. */
export const DEFAULT_WAIT_MS = 60_000;

export const CALL_STATE_NAMES = [
  'queued',
  'running',
  'succeeded',
  'failed',
  'cancelled',
  'timed-out',
] as const;

const callId = z.string().regex(/^fc-[0-9A-Za-z]{22}$/, 'has to be the id of a call: fc-…');
const waitMs = z.int().min(0).max(MAX_WAIT_MS);

const callFields = {
  id: callId,
  environment: z.string(),
  app: z.string(),
  function: z.string(),
  method: z.string().nullable().describe('Of a class'),
  state: z.enum(CALL_STATE_NAMES),
  waitingFor: z.string().nullable().describe('Why it waits for a container'),
  origin: z.enum(['spawn', 'schedule', 'http']),
  parent: z.string().nullable().describe('The call whose code made it'),
  idempotencyKey: z.string().nullable(),
  attempts: z.int().describe('Begun so far'),
  acceptedAt: time,
  startedAt: time.nullable(),
  settledAt: time.nullable(),
};

const call = z.object(callFields).meta({ id: 'Call' });

const callError = z
  .object({
    name: z.string(),
    message: z.string(),
    code: z.string().nullable().describe('Of an error of dray: see docs/errors.md'),
    stack: z.string().nullable(),
  })
  .meta({ id: 'CallError' });

const callResult = z
  .object({
    ...callFields,
    result: z.unknown().describe('What the function returned, as JSON; null until it has'),
    error: callError.nullable().describe('What it threw, or why it has no result'),
    expired: z.boolean().describe('The result was kept for its time, and is gone'),
  })
  .meta({ id: 'CallResult' });

const callRequest = z
  .object({
    args: z.array(z.unknown()).default([]).describe('The arguments, in order'),
    method: z.string().max(256).exactOptional().describe('Of a class'),
    parameters: z.array(z.unknown()).exactOptional().describe('Constructor arguments of a class'),
    wait: z.boolean().default(true).describe('Whether to wait for the result'),
    waitMs: waitMs.default(DEFAULT_WAIT_MS).describe('How long to wait; the call goes on after it'),
    idempotencyKey: z
      .string()
      .min(1)
      .max(256)
      .exactOptional()
      .describe('One call for each key in a function'),
  })
  .meta({ id: 'CallRequest' });

const ofEnvironment = { environment: name.default('main') };
const idPath = z.object({ id: callId });

/** 202 where a result was not waited for, or did not come in time. */
const isUnsettled = (reply: unknown) =>
  ['queued', 'running'].includes((reply as { state: string }).state) ? 202 : 200;

export const CALL_ROUTES = {
  makeCall: {
    method: 'post',
    path: '/v1/environments/{environment}/apps/{app}/functions/{function}/calls',
    summary: 'Call a function: the answer holds its result, or the id to ask with',
    access: 'invoke',
    params: z.object({ environment: name, app: name, function: z.string().min(1).max(256) }),
    body: callRequest,
    maxBodyBytes: MAX_CALL_BYTES,
    statusOf: isUnsettled,
    reply: callResult,
  },
  calls: {
    method: 'get',
    path: '/v1/calls',
    summary: 'Calls that were spawned, made over HTTP or by a schedule, newest first',
    access: 'read',
    query: z.object({
      ...ofEnvironment,
      app: name.exactOptional(),
      function: z.string().min(1).max(256).exactOptional(),
      state: queryList(z.enum(CALL_STATE_NAMES)).optional(),
      parent: callId.exactOptional(),
      before: callId.exactOptional().describe('For the next page: the last of this one'),
      limit: queryInt.min(1).max(1000).default(100),
    }),
    reply: z.object({ calls: z.array(call) }).meta({ id: 'CallList' }),
  },
  call: {
    method: 'get',
    path: '/v1/calls/{id}',
    summary: 'A call, with its result',
    access: 'invoke',
    params: idPath,
    query: z.object({ ...ofEnvironment, waitMs: queryInt.min(0).max(MAX_WAIT_MS).default(0) }),
    statusOf: isUnsettled,
    reply: callResult,
  },
  cancelCall: {
    method: 'post',
    path: '/v1/calls/{id}/cancel',
    summary: 'End a call',
    access: 'invoke',
    params: idPath,
    query: z.object(ofEnvironment),
    body: z
      .object({
        terminateContainers: z
          .boolean()
          .default(false)
          .describe('Also end the container that runs it, at once'),
      })
      .meta({ id: 'CancelRequest' }),
    reply: z
      .object({ cancelled: z.boolean().describe('False where it had a result, which it keeps') })
      .meta({ id: 'Cancelled' }),
  },
} as const satisfies Record<string, ApiRoute>;

export type CallReply = z.output<typeof call>;
export type CallResultReply = z.output<typeof callResult>;
