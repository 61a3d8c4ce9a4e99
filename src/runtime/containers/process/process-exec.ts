/**
 * Runs a command where a child process runs: in its folder, with its environment. There is no container to enter.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { ExecListener, ExecRequest, RunningExec } from '../../../protocol/exec.ts';
import { EnvironmentError } from '../../../shared/errors.ts';

/** What shells give a command that they cannot find. */
const NOT_FOUND_CODE = 127;

/** Where the process runs. */
export interface ProcessPlace {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Starts it. Throws EXEC_UNSUPPORTED where a terminal is asked for. */
export function processExec(
  { command, terminal, env }: ExecRequest,
  place: ProcessPlace,
  listener: ExecListener,
): RunningExec {
  if (terminal !== undefined) {
    throw new EnvironmentError(
      'EXEC_UNSUPPORTED',
      'a container that is a child process has no terminal to give',
      {
        suggestions: ['run a command without one: dray container exec --no-tty ID -- COMMAND'],
      },
    );
  }
  const [program = '', ...args] = command;
  const child = spawn(program, args, { cwd: place.cwd, env: { ...place.env, ...env } });
  child.stdout.on('data', (bytes: Buffer) => listener.onOutput('stdout', bytes));
  child.stderr.on('data', (bytes: Buffer) => listener.onOutput('stderr', bytes));
  // It ended before it read all of its input.
  child.stdin.on('error', () => {});
  return {
    ended: new Promise((resolve) => {
      child.once('error', (error) => {
        listener.onOutput('stderr', Buffer.from(`${error.message}\n`));
        resolve(NOT_FOUND_CODE);
      });
      child.once('close', (code, signal) => {
        resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
      });
    }),
    write: (bytes) => void child.stdin.write(bytes),
    end: () => void child.stdin.end(),
    resize: () => {},
    flow: (isOpen) => {
      for (const stream of [child.stdout, child.stderr])
        if (isOpen) stream.resume();
        else stream.pause();
    },
    release: () => void child.kill('SIGHUP'),
  };
}
