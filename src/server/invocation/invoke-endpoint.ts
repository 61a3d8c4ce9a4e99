/**
 * `GET /v1/invoke`: one connection over which a client makes all its calls.
 *
 * It lets in who may invoke, and serves each connection as the engine serves a container (invocation-session.ts).
 *
 * Invariants
 * - without a token that may invoke, nothing is opened
 * - a client that goes away leaves none of the calls behind that only it waited for; spawned ones go on
 * - a token that is revoked ends its connections, and every open request with TOKEN_REFUSED
 */
import type { IncomingMessage } from 'node:http';
import { InvocationSession } from '../../invocation/invocation-session.ts';
import type { InvocationHost } from '../../protocol/invocation.ts';
import type { RunnerMessage } from '../../protocol/runner-messages.ts';
import { isName } from '../../shared/names.ts';
import { acceptSockets, type UpgradeAnswer } from '../../websocket/accept-sockets.ts';
import { CloseCode, FrameSocket } from '../../websocket/frame-socket.ts';
import { authenticate, type Gate } from '../access/authenticate.ts';
import { presentedToken } from '../access/presented-token.ts';
import type { IssuedToken } from '../access/token-authority.ts';
import { errorReply } from '../error-reply.ts';
import { requestInvalid, routeUnknown, serverEnding } from '../request-errors.ts';
import { watchToken } from '../watch-token.ts';
import { checkedRequest } from './checked-request.ts';

/** Where clients connect. */
const PATH = '/v1/invoke';

/** How long a client may take to say goodbye when the server ends. */
const GOODBYE_MS = 2_000;

export interface InvokeEndpointOptions {
  readonly gate: Gate;
  /** Aborted when the server is about to end. */
  readonly ending: AbortSignal;
  /** What may be called in an environment. Rejects where there is none of that name. */
  callsOf(environment: string): Promise<InvocationHost>;
  onDefect(error: unknown): void;
  /** Decides about requests for another kind of connection; undefined where it knows none under that path. */
  other?(path: string, request: IncomingMessage): Promise<UpgradeAnswer> | undefined;
}

/** Takes the requests of a server for a WebSocket. */
export function invokeEndpoint(options: InvokeEndpointOptions): ReturnType<typeof acceptSockets> {
  const { gate, ending, callsOf, onDefect } = options;

  async function decide(request: IncomingMessage): Promise<UpgradeAnswer> {
    try {
      return await admitted(request);
    } catch (error) {
      const { status, document } = errorReply(error);
      if (status === 500) onDefect(error);
      const headers = status === 401 ? { 'www-authenticate': 'Basic realm="dray", charset="UTF-8"' } : {};
      return { status, document, headers };
    }
  }

  async function admitted(request: IncomingMessage): Promise<UpgradeAnswer> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://server');
    const other = options.other?.(pathname, request);
    if (other !== undefined) return other;
    if (pathname !== PATH) throw routeUnknown(request.method ?? 'GET', pathname);
    const address = request.socket.remoteAddress?.replace(/^::ffff:/, '') ?? 'unknown';
    const token = presentedToken(request.headers.authorization);
    await authenticate(gate, token, 'invoke', address);
    const environment = searchParams.get('environment') ?? 'main';
    if (!isName(environment)) throw requestInvalid(['environment is no name']);
    const host = await callsOf(environment);
    if (ending.aborted) throw serverEnding();
    return { accept: (socket) => serve(socket, host, token as IssuedToken) };
  }

  function serve(
    socket: ConstructorParameters<typeof FrameSocket>[0],
    host: InvocationHost,
    token: IssuedToken,
  ): void {
    const over = new AbortController();
    const connection = new FrameSocket<RunnerMessage>(socket, {
      onMessage: (message) => session.receive(checkedRequest(message)),
      onClose: () => {
        over.abort();
        session.end();
      },
    });
    const session = new InvocationSession(host, {
      send: (message) => connection.send(message),
      callId: () => undefined,
      whenGone: 'cancel',
    });
    const revoked = watchToken(gate.tokens, token, over.signal);
    const onRevoked = () => {
      session.refuse(revoked.reason);
      connection.close(CloseCode.tokenRefused);
    };
    const onEnding = () => {
      session.end();
      connection.close(CloseCode.goingAway);
      setTimeout(() => connection.terminate(), GOODBYE_MS).unref();
    };
    revoked.addEventListener('abort', onRevoked, { signal: over.signal });
    ending.addEventListener('abort', onEnding, { signal: over.signal });
    if (ending.aborted) onEnding();
  }

  return acceptSockets(decide);
}
