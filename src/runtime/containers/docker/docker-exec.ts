/**
 * Runs a command in a container of Docker, beside its program.
 *
 * Invariants
 * - `ended` comes after the last byte that the command printed
 * - what the command is given as environment is in no description of the container
 */
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExecListener, ExecRequest, RunningExec, TerminalSize } from '../../../protocol/exec.ts';
import type { DockerClient } from './docker-client.ts';
import { isGone, translateDockerError } from './docker-errors.ts';
import { StdioDemux } from './stdio-demux.ts';

/** Of a command whose container is gone. */
const CODE_KILLED = 137;
/** How long the engine may say that a command runs whose streams are over, in ms. */
const ENDING_MS = 10_000;
const ASK_AGAIN_MS = 20;

/** Starts it. Rejects with an EnvironmentError where the engine refuses: a container that is frozen or gone. */
export async function dockerExec(
  client: DockerClient,
  containerId: string,
  { command, terminal, env = {} }: ExecRequest,
  listener: ExecListener,
): Promise<RunningExec> {
  const { docker, endpoint } = client;
  const translated = (error: unknown) =>
    translateDockerError(error, { endpoint, action: 'run a command in a container' });
  try {
    const isTerminal = terminal !== undefined;
    const exec = await docker.getContainer(containerId).exec({
      ...{ Cmd: [...command], AttachStdin: true, AttachStdout: true, AttachStderr: true, Tty: isTerminal },
      Env: Object.entries(env).map(([key, value]) => `${key}=${value}`),
    });
    const socket = (await exec.start({
      ...{ hijack: true, stdin: true, Tty: isTerminal },
    })) as unknown as Socket;
    const over = new Promise<void>((resolve) => socket.once('close', resolve));
    socket.on('error', () => {});
    const demux = new StdioDemux((stream, bytes) =>
      listener.onOutput(stream === 'stdout' ? 'stdout' : 'stderr', bytes),
    );
    socket.on('data', (chunk: Buffer) => {
      if (isTerminal) listener.onOutput('stdout', chunk);
      else if (!demux.push(chunk)) socket.destroy();
    });
    // A container that is gone, or a terminal that is over, is told by `ended`.
    const resize = ({ columns, rows }: TerminalSize) =>
      void exec.resize({ w: columns, h: rows }).catch(() => {});
    if (terminal !== undefined) resize(terminal);
    return {
      ended: over.then(() => exitCode(() => exec.inspect(), translated)),
      write: (bytes) => void (socket.writable && socket.write(bytes)),
      end: () => void socket.end(),
      resize,
      flow: (isOpen) => void (isOpen ? socket.resume() : socket.pause()),
      release: () => void socket.destroy(),
    };
  } catch (error) {
    throw translated(error);
  }
}

async function exitCode(
  ask: () => Promise<{ Running: boolean; ExitCode: number | null }>,
  translated: (error: unknown) => Error,
): Promise<number> {
  const deadline = performance.now() + ENDING_MS;
  for (;;) {
    try {
      const { Running: runs, ExitCode: code } = await ask();
      if (!runs || performance.now() > deadline) return code ?? CODE_KILLED;
    } catch (error) {
      if (isGone(error)) return CODE_KILLED;
      throw translated(error);
    }
    await delay(ASK_AGAIN_MS);
  }
}
