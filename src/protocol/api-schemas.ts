/**
 * What requests to a server and its answers look like: one schema each, for checking and for the OpenAPI document.
 *
 * Invariants
 * - times are ISO 8601 in UTC; a field that may be missing is `null`, so that every answer has the same fields
 */
import { z } from 'zod';
import { SCOPES } from './scopes.ts';

const scope = z.enum(SCOPES);
const time = z.iso.datetime();
/** Printable, since it is shown in lists and on a page. */
const label = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .regex(/^[^\p{C}]*$/u);

export const errorDocument = z
  .object({
    code: z.string().describe('Stays the same from version to version; see docs/errors.md'),
    message: z.string().describe('One sentence'),
    suggestions: z.array(z.string()).describe('What can be done, most likely first'),
  })
  .meta({ id: 'Error' });

export const healthReply = z.object({ status: z.literal('ok'), version: z.string() }).meta({ id: 'Health' });

export const serverReply = z
  .object({
    version: z.string(),
    url: z.string(),
    pid: z.int(),
    startedAt: time,
    uptimeMs: z.int(),
    requests: z.object({ answered: z.int(), running: z.int() }),
  })
  .meta({ id: 'Server' });

export const tokenReply = z
  .object({
    id: z.string(),
    name: z.string().describe('Whose it is, in the words of who asked for it'),
    scopes: z.array(scope),
    createdAt: time,
    lastUsedAt: time.nullable().describe('To the minute'),
  })
  .meta({ id: 'Token' });

export const tokenListReply = z.object({ tokens: z.array(tokenReply) }).meta({ id: 'TokenList' });

export const tokenPath = z.object({ id: z.string() });

export const revokedReply = z.object({ revoked: z.literal(true) }).meta({ id: 'Revoked' });

/** RFC 8628 §3.1. `name` is dray's own. */
export const deviceCodeRequest = z
  .object({
    client_id: z.literal('dray'),
    scope: z.string().optional().describe('Scopes with blanks between them; default deploy'),
    name: label.optional().describe('Whose token it is going to be'),
  })
  .meta({ id: 'DeviceCodeRequest' });

/** RFC 8628 §3.2. */
export const deviceCodeReply = z
  .object({
    device_code: z.string(),
    user_code: z.string(),
    verification_uri: z.string(),
    verification_uri_complete: z.string(),
    expires_in: z.int().describe('Seconds'),
    interval: z.int().describe('Seconds to wait between two requests for the token'),
  })
  .meta({ id: 'DeviceCode' });

/** RFC 8628 §3.4. */
export const deviceTokenRequest = z
  .object({
    grant_type: z.literal('urn:ietf:params:oauth:grant-type:device_code'),
    device_code: z.string().max(128),
    client_id: z.literal('dray'),
  })
  .meta({ id: 'DeviceTokenRequest' });

/** RFC 6749 §5.1, and the token's two parts by themselves. */
export const deviceTokenReply = z
  .object({
    access_token: z.string(),
    token_type: z.literal('Bearer'),
    scope: z.string(),
    token_id: z.string(),
    token_secret: z.string(),
  })
  .meta({ id: 'DeviceToken' });

export const OAUTH_ERRORS = [
  'authorization_pending',
  'slow_down',
  'expired_token',
  'access_denied',
  'invalid_request',
  'invalid_scope',
  'unsupported_grant_type',
  'temporarily_unavailable',
] as const;
export type OAuthErrorCode = (typeof OAUTH_ERRORS)[number];

/** RFC 6749 §5.2. */
export const oauthError = z
  .object({ error: z.enum(OAUTH_ERRORS), error_description: z.string() })
  .meta({ id: 'OAuthError' });

export type ErrorDocument = z.output<typeof errorDocument>;
export type TokenReply = z.output<typeof tokenReply>;
export type DeviceCodeReply = z.output<typeof deviceCodeReply>;
export type DeviceTokenReply = z.output<typeof deviceTokenReply>;
export type OAuthErrorReply = z.output<typeof oauthError>;
