/**
 * Runs a command in a container of a server: the client's end of `GET /v1/exec`.
 *
 * Invariants
 * - `ended` settles once: with the exit code, or with why there is none
 */
import type { ExecListener, ExecRequest, RunningExec } from '../protocol/exec.ts';
import { decodeExecFrame, type ExecFrame, encodeExecFrame } from '../protocol/exec-frames.ts';
import { errorFromServer } from '../shared/errors.ts';
import { connectSocket } from '../websocket/connect-socket.ts';
import { CloseCode } from '../websocket/frame-socket.ts';
import { connectionFailure, connectionRefused } from './connection-errors.ts';
import type { ConnectionTarget } from './server-connection.ts';
import { serverUnreachable } from './server-errors.ts';

/** Starts it. Rejects with what the server says, or SERVER_UNREACHABLE. */
export async function execOnServer(
  { url, token, environment }: ConnectionTarget,
  container: string,
  { command, terminal }: ExecRequest,
  listener: ExecListener,
): Promise<RunningExec> {
  const address = new URL('/v1/exec', url);
  address.protocol = address.protocol.replace('http', 'ws');
  const { searchParams } = address;
  searchParams.set('environment', environment);
  searchParams.set('container', container);
  for (const word of command) searchParams.append('command', word);
  if (terminal !== undefined) {
    searchParams.set('columns', String(terminal.columns));
    searchParams.set('rows', String(terminal.rows));
  }
  const { socket } = await connectSocket(address.href, authorization(token)).catch((error: unknown) => {
    throw connectionFailure(url, error).failure;
  });
  const ended = Promise.withResolvers<number>();
  // Who starts it may let go of it before it asks.
  ended.promise.catch(() => {});
  socket.on('message', (data: Buffer) => {
    const frame = decodeExecFrame(data);
    if (frame?.kind === 'stdout' || frame?.kind === 'stderr') listener.onOutput(frame.kind, frame.bytes);
    else if (frame?.kind === 'exit') ended.resolve(frame.code);
    else if (frame?.kind === 'failed') ended.reject(errorFromServer(frame.failure.status, frame.failure));
  });
  socket.once('close', (code) => {
    const isRefusal = code === CloseCode.tokenRefused;
    ended.reject(isRefusal ? connectionRefused(url, code) : serverUnreachable(url, new Error('it hung up')));
  });
  socket.on('error', () => {});
  const send = (frame: ExecFrame) => {
    if (socket.readyState === socket.OPEN) socket.send(encodeExecFrame(frame));
  };
  send({ kind: 'start' });
  return {
    ended: ended.promise,
    write: (bytes) => send({ kind: 'stdin', bytes }),
    end: () => send({ kind: 'stdinEnd' }),
    resize: (size) => send({ kind: 'size', size }),
    flow: (isOpen) => (isOpen ? socket.resume() : socket.pause()),
    release: () => socket.close(CloseCode.normal),
  };
}

function authorization(token: ConnectionTarget['token']): Record<string, string> {
  if (token === undefined) return {};
  return { authorization: `Basic ${Buffer.from(`${token.id}:${token.secret}`).toString('base64')}` };
}
