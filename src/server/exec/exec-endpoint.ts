/**
 * `GET /v1/exec`: a WebSocket on which a command runs in a container, with or without a terminal.
 *
 * Invariants
 * - without a token that may deploy, nothing is run: who may run commands may do everything
 * - a client that goes away, and a token that is revoked, end the input of the command and its terminal
 * - a client that does not read is not written to: the command waits
 */
import type { IncomingMessage } from 'node:http';
import type { ExecListener, ExecRequest, RunningExec } from '../../protocol/exec.ts';
import { decodeExecFrame, type ExecFrame, encodeExecFrame } from '../../protocol/exec-frames.ts';
import { isName } from '../../shared/names.ts';
import type { UpgradeAnswer } from '../../websocket/accept-sockets.ts';
import { CloseCode } from '../../websocket/frame-socket.ts';
import { authenticate, type Gate } from '../access/authenticate.ts';
import { presentedToken } from '../access/presented-token.ts';
import type { IssuedToken } from '../access/token-authority.ts';
import { appOfContainer } from '../api/container-api.ts';
import { errorReply } from '../error-reply.ts';
import { requestInvalid } from '../request-errors.ts';
import type { Services } from '../services.ts';
import { watchToken } from '../watch-token.ts';

/** Where clients connect. */
export const EXEC_PATH = '/v1/exec';
/** Above this the command is not read from; below the other it is again. */
const HIGH_BYTES = 4_194_304;
const LOW_BYTES = 524_288;
/** Words of a command. */
const MOST_WORDS = 1_000;

type Socket = Parameters<Extract<UpgradeAnswer, { accept: unknown }>['accept']>[0];

export interface ExecEndpointOptions {
  readonly gate: Gate;
  readonly services: Pick<Services, 'apps' | 'ending'>;
  onDefect(error: unknown): void;
}

/** Decides about a request for it. Rejects with what is wrong with it. */
export async function admitExec(
  request: IncomingMessage,
  options: ExecEndpointOptions,
): Promise<UpgradeAnswer> {
  const { gate, services } = options;
  const { searchParams } = new URL(request.url ?? '/', 'http://server');
  const address = request.socket.remoteAddress?.replace(/^::ffff:/, '') ?? 'unknown';
  const token = presentedToken(request.headers.authorization);
  await authenticate(gate, token, 'deploy', address);
  const environment = searchParams.get('environment') ?? 'main';
  if (!isName(environment)) throw requestInvalid(['environment is no name']);
  const container = searchParams.get('container') ?? '';
  const wanted = execRequest(searchParams);
  const { started } = appOfContainer(services, environment, container);
  services.ending.throwIfAborted();
  return {
    accept: (socket) => {
      const ended = new AbortController();
      const revoked = watchToken(gate.tokens, token as IssuedToken, ended.signal);
      const end = () => socket.close(revoked.aborted ? CloseCode.tokenRefused : CloseCode.goingAway);
      revoked.addEventListener('abort', end, { signal: ended.signal });
      services.ending.addEventListener('abort', end, { signal: ended.signal });
      socket.once('close', () => ended.abort());
      serve(socket, (listener) => started.execIn(container, wanted, listener), options);
    },
  };
}

function execRequest(given: URLSearchParams): ExecRequest {
  const command = given.getAll('command');
  if (command.length === 0 || command.length > MOST_WORDS)
    throw requestInvalid(['command is missing or too long']);
  const side = (name: string) => Number(given.get(name) ?? 0);
  const [columns, rows] = [side('columns'), side('rows')];
  const isSize = [columns, rows].every((value) => Number.isInteger(value) && value >= 0 && value < 65_536);
  if (!isSize) throw requestInvalid(['columns and rows have to be whole numbers']);
  return { command, ...(columns > 0 && rows > 0 && { terminal: { columns, rows } }) };
}

function serve(
  socket: Socket,
  run: (listener: ExecListener) => Promise<RunningExec>,
  { onDefect }: ExecEndpointOptions,
): void {
  let running: RunningExec | undefined;
  const early: ExecFrame[] = [];
  let unsent = 0;
  const send = (frame: ExecFrame) => {
    if (socket.readyState !== socket.OPEN) return;
    const bytes = encodeExecFrame(frame);
    unsent += bytes.length;
    if (unsent > HIGH_BYTES) running?.flow(false);
    socket.send(bytes, () => {
      unsent -= bytes.length;
      if (unsent < LOW_BYTES) running?.flow(true);
    });
  };
  let isStarted = false;
  const receive = (frame: ExecFrame) => {
    if (frame.kind === 'start') {
      if (!isStarted) void start();
      isStarted = true;
    } else if (running === undefined) early.push(frame);
    else if (frame.kind === 'stdin') running.write(frame.bytes);
    else if (frame.kind === 'stdinEnd') running.end();
    else if (frame.kind === 'size') running.resize(frame.size);
  };
  socket.on('error', () => {});
  socket.on('message', (data: Buffer) => {
    const frame = decodeExecFrame(data);
    if (frame === undefined) socket.close(CloseCode.malformed);
    else receive(frame);
  });
  socket.once('close', () => running?.release());
  const start = async () => {
    try {
      running = await run({ onOutput: (kind, bytes) => send({ kind, bytes }) });
      if (socket.readyState !== socket.OPEN) running.release();
      for (const frame of early.splice(0)) receive(frame);
      send({ kind: 'exit', code: await running.ended });
    } catch (error) {
      const { status, document } = errorReply(error);
      if (status === 500) onDefect(error);
      send({ kind: 'failed', failure: { ...document, status } });
    }
    socket.close(CloseCode.normal);
  };
}
