/**
 * Every route of a server's HTTP API: its address, who may use it, what goes in and what comes out.
 *
 * One table: the server binds a handler to each entry, the OpenAPI document is made of it, and the client finds its
 * addresses in it. Pages for people are not in it.
 *
 * Invariants
 * - a route without authentication says so by `access: 'public'`
 */
import type { z } from 'zod';
import {
  deviceCodeReply,
  deviceCodeRequest,
  deviceTokenReply,
  deviceTokenRequest,
  healthReply,
  revokedReply,
  serverReply,
  tokenListReply,
  tokenPath,
  tokenReply,
} from './api-schemas.ts';
import type { Scope } from './scopes.ts';

export interface ApiRoute {
  readonly method: 'get' | 'post' | 'delete';
  /** As OpenAPI writes it: `/v1/tokens/{id}`. */
  readonly path: string;
  readonly summary: string;
  /** The scope it needs; `token` any token; `public` none. */
  readonly access: Scope | 'token' | 'public';
  /** What the names in the path may be. */
  readonly params?: z.ZodObject;
  readonly body?: z.ZodObject;
  /** How a body is written. Default: JSON. `form` is what OAuth prescribes, and answers errors in its way. */
  readonly encoding?: 'form';
  readonly reply: z.ZodObject;
}

export const API_ROUTES = {
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
    params: tokenPath,
    reply: revokedReply,
  },
  deviceCode: {
    method: 'post',
    path: '/device/code',
    summary: 'Ask for a token that a person has to approve (RFC 8628)',
    access: 'public',
    encoding: 'form',
    body: deviceCodeRequest,
    reply: deviceCodeReply,
  },
  deviceToken: {
    method: 'post',
    path: '/device/token',
    summary: 'Fetch the token once it is approved (RFC 8628)',
    access: 'public',
    encoding: 'form',
    body: deviceTokenRequest,
    reply: deviceTokenReply,
  },
} as const satisfies Record<string, ApiRoute>;

export type RouteName = keyof typeof API_ROUTES;
