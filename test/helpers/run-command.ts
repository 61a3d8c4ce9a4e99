/**
 * Runs the built `dray` as a user does: a process of its own, in a folder and a home of its own.
 *
 * The environment holds nothing of the one that tests run in but PATH and where temporary files go, so that neither a
 * DOCKER_HOST nor a settings file of this machine decides what a test sees.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';

const ROOT = path.join(import.meta.dirname, '../..');
export const DRAY = path.join(ROOT, 'bin/run.js');

export interface CommandOptions {
  /** Where it runs, and its home. */
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What it reads on stdin. Default: nothing, and stdin is closed. */
  readonly input?: string | Uint8Array;
  /** A program and arguments to start it with. */
  readonly through?: readonly string[];
}

export interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
  /** 128 + n where signal n ended it. */
  readonly exitCode: number;
}

/** Runs it to its end. */
export async function dray(args: readonly string[], options: CommandOptions): Promise<CommandResult> {
  return startDray(args, options).ended;
}

/** The document of a `--json` run. */
export async function drayJson<T = Record<string, unknown>>(
  args: readonly string[],
  options: CommandOptions,
): Promise<{ document: T; exitCode: number; stderr: string }> {
  const { stdout, stderr, exitCode } = await dray(args, options);
  try {
    return { document: JSON.parse(stdout) as T, exitCode, stderr };
  } catch {
    throw new Error(`stdout is no JSON document (exit code ${exitCode}):\n${stdout}\n${stderr}`);
  }
}

/** A `dray` that runs. It is ended with the test. */
export function startDray(args: readonly string[], { cwd, env = {}, through = [], input }: CommandOptions) {
  if (!existsSync(path.join(ROOT, 'dist/commands'))) throw new Error('run `npm run build` first');
  const [program = '', ...rest] = [...through, process.execPath, DRAY, ...args];
  const child = execa(program, rest, {
    cwd,
    env: commandEnvironment(cwd, env),
    extendEnv: false,
    ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
    reject: false,
    stripFinalNewline: false,
    maxBuffer: 256 * 1_048_576,
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = child.then(({ stdout, stderr, exitCode, signal }): CommandResult => {
    return { stdout, stderr, exitCode: exitCode ?? 128 + (signal === 'SIGKILL' ? 9 : 15) };
  });
  return {
    pid: child.pid as number,
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    ended,
    /** Resolves once it has printed the text, on either stream, to all that it printed since it was asked. */
    untilPrinted: (text: string) =>
      new Promise<string>((resolve, reject) => {
        let seen = '';
        const look = (chunk: Buffer) => {
          seen += chunk.toString();
          if (seen.includes(text)) resolve(seen);
        };
        child.stdout.on('data', look);
        child.stderr.on('data', look);
        void ended.then((result) => reject(new Error(`it ended first: ${JSON.stringify(result)}`)));
      }),
  };
}

function commandEnvironment(
  home: string,
  env: Readonly<Record<string, string>>,
): Record<string, string | undefined> {
  const { PATH, TMPDIR } = process.env;
  return {
    PATH,
    ...(TMPDIR !== undefined && { TMPDIR }),
    HOME: home,
    // Not found by accident: what a command needs of Docker a test gives it.
    DOCKER_CONFIG: path.join(home, '.docker'),
    ...env,
  };
}
