/**
 * Gets a token that a person approves in a browser: the program's side of RFC 8628.
 *
 * Invariants
 * - the server is never asked more often than it allows; told to slow down, it waits five seconds more from then on
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { DeviceCodeReply, DeviceTokenReply } from '../protocol/api/device-routes.ts';
import { EnvironmentError, RefusedError } from '../shared/errors.ts';
import { OAuthRefusal, type ServerClient } from './server-client.ts';

const SLOWER_BY_MS = 5_000;

export interface DeviceSignInOptions {
  readonly name: string;
  readonly scopes: readonly string[];
  /** Told the code and where to approve it, once. */
  onCode(code: DeviceCodeReply): void | Promise<void>;
  /** Gives up waiting. */
  readonly signal?: AbortSignal;
  /** How waiting is done. Default: by the clock. */
  sleep?(ms: number): Promise<void>;
}

/** The token. Throws SIGN_IN_DENIED, SIGN_IN_EXPIRED, SIGN_IN_REFUSED, and what a request throws. */
export async function deviceSignIn(
  client: ServerClient,
  { name, scopes, onCode, signal, sleep = (ms) => delay(ms, undefined, { signal }) }: DeviceSignInOptions,
): Promise<DeviceTokenReply> {
  const body = { client_id: 'dray', scope: scopes.join(' '), name } as const;
  const code = await client.request('deviceCode', { body }).catch(refused);
  await onCode(code);
  let intervalMs = code.interval * 1_000;
  for (;;) {
    await sleep(intervalMs);
    const token = await poll(client, code.device_code);
    if (token === 'slow_down') intervalMs += SLOWER_BY_MS;
    else if (token !== 'authorization_pending') return token;
  }
}

async function poll(client: ServerClient, deviceCode: string) {
  const grant = 'urn:ietf:params:oauth:grant-type:device_code' as const;
  const body = { grant_type: grant, device_code: deviceCode, client_id: 'dray' } as const;
  try {
    return await client.request('deviceToken', { body });
  } catch (error) {
    const code = error instanceof OAuthRefusal ? error.code : undefined;
    if (code === 'authorization_pending' || code === 'slow_down') return code;
    return refused(error);
  }
}

function refused(error: unknown): never {
  if (!(error instanceof OAuthRefusal)) throw error;
  const again = { suggestions: ['ask again: dray token new'] };
  switch (error.code) {
    case 'access_denied':
      throw new RefusedError('SIGN_IN_DENIED', 'the token was denied in the browser', again);
    case 'expired_token':
      throw new RefusedError('SIGN_IN_EXPIRED', 'nobody approved the token in time', again);
    case 'temporarily_unavailable':
      throw new EnvironmentError('SIGN_IN_BUSY', `the server gives no code: ${error.message}`, again);
    default:
      throw new RefusedError('SIGN_IN_REFUSED', `the server gives no token: ${error.message}`);
  }
}
