/**
 * The two routes of the device flow that a program talks to, with what they answer when they refuse.
 *
 * https://www.rfc-editor.org/rfc/rfc8628
 */
import { z } from 'zod';
import type { ApiRoute } from './api-route.ts';
import { label } from './field-schemas.ts';

/** RFC 8628 §3.1. `name` is dray's own. */
const deviceCodeRequest = z
  .object({
    client_id: z.literal('dray'),
    scope: z.string().optional().describe('Scopes with blanks between them; default deploy'),
    name: label.optional().describe('Whose token it is going to be'),
  })
  .meta({ id: 'DeviceCodeRequest' });

/** RFC 8628 §3.2. */
const deviceCodeReply = z
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
const deviceTokenRequest = z
  .object({
    grant_type: z.literal('urn:ietf:params:oauth:grant-type:device_code'),
    device_code: z.string().max(128),
    client_id: z.literal('dray'),
  })
  .meta({ id: 'DeviceTokenRequest' });

/** RFC 6749 §5.1, and the token's two parts by themselves. */
const deviceTokenReply = z
  .object({
    access_token: z.string(),
    token_type: z.literal('Bearer'),
    scope: z.string(),
    token_id: z.string(),
    token_secret: z.string(),
  })
  .meta({ id: 'DeviceToken' });

const OAUTH_ERRORS = [
  'authorization_pending',
  'slow_down',
  'expired_token',
  'access_denied',
  'invalid_request',
  'invalid_scope',
  'unsupported_grant_type',
  'temporarily_unavailable',
] as const;

/** RFC 6749 §5.2. */
export const oauthError = z
  .object({ error: z.enum(OAUTH_ERRORS), error_description: z.string() })
  .meta({ id: 'OAuthError' });

export const DEVICE_ROUTES = {
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

export type OAuthErrorCode = (typeof OAUTH_ERRORS)[number];
export type OAuthErrorReply = z.output<typeof oauthError>;
export type DeviceCodeReply = z.output<typeof deviceCodeReply>;
export type DeviceTokenReply = z.output<typeof deviceTokenReply>;
