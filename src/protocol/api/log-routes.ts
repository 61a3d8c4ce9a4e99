/**
 * Routes of what apps print and do.
 */
import { z } from 'zod';
import type { ApiRoute } from './api-route.ts';
import { name, queryFlag, queryInt, time } from './field-schemas.ts';

/** Lines that one request may ask for from the end. */
const MOST_TAIL = 100_000;

const source = z.enum(['stdout', 'stderr', 'system']);

const logQuery = z.object({
  app: name.exactOptional().describe('Default: all apps of the environment'),
  function: z.string().max(64).exactOptional(),
  call: z.string().max(64).exactOptional().describe('fc-…'),
  container: z.string().max(64).exactOptional().describe('ct-…'),
  source: source.exactOptional(),
  since: time.exactOptional(),
  until: time.exactOptional(),
  search: z.string().max(1_000).exactOptional().describe('Part of the text, in any case of letters'),
  tail: queryInt.min(0).max(MOST_TAIL).exactOptional().describe('Only the last that many'),
  follow: queryFlag.exactOptional().describe('Go on with lines as they come'),
});

const logLine = z
  .object({
    at: time.describe('When the server got it'),
    app: z.string(),
    function: z.string().nullable(),
    call: z.string().nullable(),
    container: z.string().nullable(),
    source: source.describe('system: what dray says of images, containers and calls that wait'),
    text: z.string(),
  })
  .meta({ id: 'LogLine' });

export type LogLineReply = z.output<typeof logLine>;

export const LOG_ROUTES = {
  logs: {
    method: 'get',
    path: '/v1/environments/{environment}/logs',
    summary: 'What apps printed, a line each, in order',
    access: 'read',
    params: z.object({ environment: name }),
    query: logQuery,
    stream: true,
    reply: logLine,
  },
} as const satisfies Record<string, ApiRoute>;
