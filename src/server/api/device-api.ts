/**
 * Handlers of the two routes of the device flow that a program talks to. They only translate.
 *
 * https://www.rfc-editor.org/rfc/rfc8628
 */
import { SCOPES, type Scope } from '../../protocol/scopes.ts';
import type { DeviceRequests, PollAnswer } from '../access/device-requests.ts';
import { bearerText } from '../access/presented-token.ts';
import type { RateLimit } from '../access/rate-limit.ts';
import type { TokenAuthority } from '../access/token-authority.ts';
import type { ApiHandlers } from '../bind-routes.ts';
import { OAuthError } from '../error-reply.ts';
import { tooManyTries } from '../request-errors.ts';

export interface DeviceApiParts {
  readonly requests: DeviceRequests;
  readonly tokens: TokenAuthority;
  /** Of requests for a code, by address. */
  readonly asking: RateLimit;
  /** Where people reach the server; undefined where it is what the program used. */
  readonly publicUrl: string | undefined;
}

/** The handlers. */
export function deviceApi(parts: DeviceApiParts): Pick<ApiHandlers, 'deviceCode' | 'deviceToken'> {
  const { requests, tokens, asking, publicUrl } = parts;
  return {
    deviceCode({ body, address, origin }) {
      const waitMs = asking.take(address);
      if (waitMs > 0) throw tooManyTries(waitMs);
      const scopes = scopesIn(body.scope ?? 'deploy');
      const asked = requests.ask({ name: body.name ?? 'unnamed', scopes, address });
      if (asked === undefined) throw new OAuthError('temporarily_unavailable', 'too many requests wait');
      const page = `${publicUrl ?? origin}/device`;
      return {
        device_code: asked.deviceCode,
        user_code: asked.userCode,
        verification_uri: page,
        verification_uri_complete: `${page}?user_code=${asked.userCode}`,
        expires_in: requests.lifetimeMs / 1_000,
        interval: Math.ceil(requests.intervalMs / 1_000),
      };
    },
    async deviceToken({ body }) {
      const approved = requests.poll(body.device_code);
      if (typeof approved === 'string') throw notYet(approved);
      const token = await tokens.issue(approved);
      return {
        access_token: bearerText(token),
        token_type: 'Bearer',
        scope: approved.scopes.join(' '),
        token_id: token.id,
        token_secret: token.secret,
      };
    },
  };
}

function notYet(answer: Extract<PollAnswer, string>): OAuthError {
  switch (answer) {
    case 'pending':
      return new OAuthError('authorization_pending', 'nobody has decided yet');
    case 'slow-down':
      return new OAuthError('slow_down', 'wait five seconds more between two requests');
    case 'denied':
      return new OAuthError('access_denied', 'it was denied');
    case 'expired':
      return new OAuthError('expired_token', 'it expired, or was used, or was never asked for');
  }
}

function scopesIn(text: string): Scope[] {
  const wanted = text.split(' ').filter((word) => word !== '');
  const unknown = wanted.find((word) => !SCOPES.includes(word as Scope));
  if (wanted.length === 0 || unknown !== undefined) {
    throw new OAuthError('invalid_scope', `scopes are ${SCOPES.join(', ')}`);
  }
  return SCOPES.filter((scope) => wanted.includes(scope));
}
