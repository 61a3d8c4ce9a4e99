/**
 * Routes of the containers of deployed apps. A command in one is run over a WebSocket, `GET /v1/exec`: see exec-frames.ts.
 */
import { z } from 'zod';
import type { ApiRoute } from './api-route.ts';
import { name, time } from './field-schemas.ts';

const container = z
  .object({
    id: z.string().describe('ct-…'),
    app: z.string(),
    function: z.string(),
    state: z.enum(['starting', 'ready', 'frozen', 'stopping', 'ending']),
    draining: z.boolean().describe('It belongs to a version that was replaced, and finishes what it runs'),
    startedAt: time,
    running: z.int().describe('Calls that it runs'),
  })
  .meta({ id: 'Container' });

export type ContainerReply = z.output<typeof container>;

const environmentPath = z.object({ environment: name });

export const CONTAINER_ROUTES = {
  containers: {
    method: 'get',
    path: '/v1/environments/{environment}/containers',
    summary: 'The containers that are there now, the oldest first',
    access: 'read',
    params: environmentPath,
    query: z.object({ app: name.exactOptional() }),
    reply: z.object({ containers: z.array(container) }).meta({ id: 'ContainerList' }),
  },
  stopContainer: {
    method: 'post',
    path: '/v1/environments/{environment}/containers/{container}/stop',
    summary: 'End a container; calls that it runs run again elsewhere',
    access: 'deploy',
    params: environmentPath.extend({ container: z.string().max(64) }),
    body: z.object({
      graceful: z.boolean().exactOptional().describe('Let it finish what it runs. Default: false'),
    }),
    reply: z.object({ stopped: z.literal(true) }).meta({ id: 'ContainerStopped' }),
  },
} as const satisfies Record<string, ApiRoute>;
