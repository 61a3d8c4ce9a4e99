/**
 * Routes about the server itself.
 */
import { z } from 'zod';
import type { ApiRoute } from './api-route.ts';
import { time } from './field-schemas.ts';

const healthReply = z.object({ status: z.literal('ok'), version: z.string() }).meta({ id: 'Health' });

const serverReply = z
  .object({
    version: z.string(),
    url: z.string(),
    pid: z.int(),
    startedAt: time,
    uptimeMs: z.int(),
    requests: z.object({ answered: z.int(), running: z.int() }),
  })
  .meta({ id: 'Server' });

export const SERVER_ROUTES = {
  health: {
    method: 'get',
    path: '/v1/health',
    summary: 'Whether the server answers',
    access: 'public',
    reply: healthReply,
  },
  server: {
    method: 'get',
    path: '/v1/server',
    summary: 'What the server is and does',
    access: 'read',
    reply: serverReply,
  },
} as const satisfies Record<string, ApiRoute>;
