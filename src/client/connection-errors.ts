/**
 * Explains why there is no connection to a server, or no longer one. Pure.
 */
import { errorDocument } from '../protocol/api/error-schemas.ts';
import { EnvironmentError, errorFromServer, RefusedError, ToolError } from '../shared/errors.ts';
import { CloseCode } from '../websocket/frame-socket.ts';
import type { Refusal } from './server-connection.ts';
import { serverUnknown, serverUnreachable } from './server-errors.ts';

/** What opening a connection threw. */
export function connectionFailure(url: string, error: unknown): Refusal {
  // What the settings say is wrong.
  if (error instanceof ToolError) return { failure: error, isFinal: true };
  const { status, body } = error as { status?: number; body?: string };
  if (status === undefined) return { failure: serverUnreachable(url, error), isFinal: false };
  const told = errorDocument.safeParse(parsed(body ?? ''));
  if (!told.success) return { failure: serverUnknown(url, status), isFinal: status < 500 };
  return { failure: errorFromServer(status, told.data), isFinal: status < 500 };
}

/** For calls that only this client waited for. */
export function connectionLost(url: string): EnvironmentError {
  return new EnvironmentError(
    'CONNECTION_LOST',
    `the connection to ${url} broke before the call had a result`,
    {
      suggestions: [
        'spawn calls that have to survive it, and get their results later: fn.spawn(…)',
        'see whether the server runs: dray server status',
      ],
    },
  );
}

/** The server ended the connection for a reason. */
export function connectionRefused(url: string, code: number): ToolError {
  if (code === CloseCode.tokenRefused) {
    return new RefusedError('TOKEN_REFUSED', `the server at ${url} no longer accepts this token`, {
      suggestions: ['sign in: dray token new', 'see which token is used: dray config show'],
    });
  }
  return serverUnknown(url, code);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
