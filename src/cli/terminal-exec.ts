/**
 * Joins a command that runs elsewhere with this terminal, or with the pipes in its place.
 *
 * Invariants
 * - the terminal is as it was when the command has ended, however it ended
 * - with a terminal every key goes to the command, Ctrl-C too
 */
import type { ExecListener, RunningExec, TerminalSize } from '../protocol/exec.ts';

/** How many bytes may wait for whoever reads our output, before the command waits. */
const HIGH_BYTES = 1_048_576;

export interface TerminalExecOptions {
  /** Whether it gets a terminal. */
  readonly terminal: TerminalSize | undefined;
  /** Whether its input is ours. */
  readonly input: boolean;
  /** Keeps stdout for a document. */
  readonly toStderr: boolean;
  /** Ends it. */
  readonly interrupted: Promise<never>;
}

/** The size of the terminal that stdin and stdout both are; undefined where they are not. */
export function ownTerminal(): TerminalSize | undefined {
  const { stdin, stdout } = process;
  return stdin.isTTY && stdout.isTTY ? { columns: stdout.columns, rows: stdout.rows } : undefined;
}

/** Runs it to its end; the exit code. */
export async function execInTerminal(
  start: (listener: ExecListener) => Promise<RunningExec>,
  { terminal, input, toStderr, interrupted }: TerminalExecOptions,
): Promise<number> {
  const { stdin, stdout, stderr } = process;
  let running: RunningExec | undefined;
  running = await start({
    onOutput(source, bytes) {
      const stream = source === 'stdout' && !toStderr ? stdout : stderr;
      if (stream.write(bytes) || stream.writableLength < HIGH_BYTES) return;
      running?.flow(false);
      stream.once('drain', () => running?.flow(true));
    },
  });
  const exec = running;
  const onData = (bytes: Buffer) => exec.write(bytes);
  const onEnd = () => exec.end();
  const onResize = () => exec.resize({ columns: stdout.columns, rows: stdout.rows });
  if (terminal !== undefined) {
    stdin.setRawMode(true);
    stdout.on('resize', onResize);
  }
  if (input) stdin.on('data', onData).once('end', onEnd);
  else exec.end();
  try {
    return await Promise.race([exec.ended, interrupted]);
  } finally {
    exec.release();
    stdin.off('data', onData).off('end', onEnd);
    stdout.off('resize', onResize);
    if (terminal !== undefined) stdin.setRawMode(false);
    // Else a terminal that nobody types on keeps the process.
    stdin.pause();
  }
}
