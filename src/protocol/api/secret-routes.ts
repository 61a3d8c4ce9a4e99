/**
 * Routes of the secrets of an environment. Values go in and never come out.
 */
import { z } from 'zod';
import type { ApiRoute } from './api-route.ts';
import { name, time } from './field-schemas.ts';

const MAX_SECRET_BYTES = 1_048_576;

const environmentPath = z.object({ environment: name });
/** Any name: which are allowed is said when one is made. */
const secretPath = environmentPath.extend({ secret: z.string().min(1).max(1_000) });

const summary = z
  .object({
    name: z.string(),
    keys: z.array(z.string()).describe('Names of its variables'),
    createdAt: time,
    updatedAt: time,
    lastUsedAt: time.nullable(),
  })
  .meta({ id: 'Secret' });

const putRequest = z
  .object({
    values: z.record(z.string(), z.json()).describe('Texts by the names of their variables'),
    replace: z.boolean().default(false).describe('Take the place of one of that name'),
  })
  .meta({ id: 'SecretValues' });

export const SECRET_ROUTES = {
  secrets: {
    method: 'get',
    path: '/v1/environments/{environment}/secrets',
    summary: 'The secrets of an environment, without their values',
    access: 'read',
    params: environmentPath,
    reply: z.object({ secrets: z.array(summary) }).meta({ id: 'SecretList' }),
  },
  putSecret: {
    method: 'put',
    path: '/v1/environments/{environment}/secrets/{secret}',
    summary: 'Store a secret',
    access: 'deploy',
    params: secretPath,
    body: putRequest,
    maxBodyBytes: MAX_SECRET_BYTES,
    reply: z
      .object({ replaced: z.boolean().describe('Whether there was one of that name') })
      .meta({ id: 'SecretStored' }),
  },
  deleteSecret: {
    method: 'delete',
    path: '/v1/environments/{environment}/secrets/{secret}',
    summary: 'Delete a secret for good',
    access: 'deploy',
    params: secretPath,
    reply: z
      .object({ deleted: z.boolean().describe('False where there is none') })
      .meta({ id: 'SecretDeleted' }),
  },
} as const satisfies Record<string, ApiRoute>;
