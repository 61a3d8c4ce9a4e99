/**
 * Routes about tokens.
 */
import { z } from 'zod';
import { SCOPES } from '../scopes.ts';
import type { ApiRoute } from './api-route.ts';
import { time } from './field-schemas.ts';

const tokenReply = z
  .object({
    id: z.string(),
    name: z.string().describe('Whose it is, in the words of who asked for it'),
    scopes: z.array(z.enum(SCOPES)),
    createdAt: time,
    lastUsedAt: time.nullable().describe('To the minute'),
  })
  .meta({ id: 'Token' });

const tokenListReply = z.object({ tokens: z.array(tokenReply) }).meta({ id: 'TokenList' });

const revokedReply = z.object({ revoked: z.literal(true) }).meta({ id: 'Revoked' });

export const TOKEN_ROUTES = {
  tokens: {
    method: 'get',
    path: '/v1/tokens',
    summary: 'The tokens there are, without their secrets',
    access: 'read',
    reply: tokenListReply,
  },
  ownToken: {
    method: 'get',
    path: '/v1/tokens/current',
    summary: 'The token that the request is made with',
    access: 'token',
    reply: tokenReply,
  },
  revokeToken: {
    method: 'delete',
    path: '/v1/tokens/{id}',
    summary: 'Revoke a token: any with the scope deploy, its own without',
    access: 'token',
    params: z.object({ id: z.string() }),
    reply: revokedReply,
  },
} as const satisfies Record<string, ApiRoute>;

export type TokenReply = z.output<typeof tokenReply>;
