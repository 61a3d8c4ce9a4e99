/**
 * Routes of environments.
 */
import { z } from 'zod';
import type { ApiRoute } from './api-route.ts';
import { queryList, time } from './field-schemas.ts';

/** Any name: which are allowed is said when one is made. */
const environmentPath = z.object({ environment: z.string().min(1).max(1_000) });

const environment = z
  .object({
    name: z.string(),
    createdAt: time,
    secrets: z.array(z.string()).describe('Names of its secrets'),
  })
  .meta({ id: 'Environment' });

export const ENVIRONMENT_ROUTES = {
  environments: {
    method: 'get',
    path: '/v1/environments',
    summary: 'The environments there are',
    access: 'read',
    reply: z.object({ environments: z.array(environment) }).meta({ id: 'EnvironmentList' }),
  },
  createEnvironment: {
    method: 'put',
    path: '/v1/environments/{environment}',
    summary: 'Make an environment',
    access: 'deploy',
    params: environmentPath,
    reply: z.object({ created: z.literal(true) }).meta({ id: 'EnvironmentCreated' }),
  },
  deleteEnvironment: {
    method: 'delete',
    path: '/v1/environments/{environment}',
    summary: 'Delete an environment for good, with those of its secrets that are named and no others',
    access: 'deploy',
    params: environmentPath,
    query: z.object({ secret: queryList(z.string()).optional() }),
    reply: z
      .object({
        deleted: z.boolean().describe('False where it holds secrets that were not named'),
        secrets: z.array(z.string()).describe('Those that went with it, or would have to'),
      })
      .meta({ id: 'EnvironmentDeleted' }),
  },
} as const satisfies Record<string, ApiRoute>;
