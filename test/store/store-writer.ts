/**
 * A process that writes to a store (fixtures/programs/store-writer.ts), and what it said was acknowledged.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../fixtures/programs/store-writer.ts', import.meta.url));

export interface StoreWriter {
  /** Resolves with the first thing acknowledged, or with its end. */
  readonly writing: Promise<unknown>;
  kill(): void;
  /** The last generation acknowledged to each caller, once the process has ended. */
  readonly acknowledged: Promise<ReadonlyMap<number, number>>;
  /** How it ended: an exit code, or the signal. */
  readonly end: Promise<number | string>;
}

export function startWriter(folder: string, writer: string, callers: number, generations = 0): StoreWriter {
  const child = spawn(process.execPath, [PROGRAM, folder, writer, String(callers), String(generations)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const closed = once(child, 'close');
  return {
    writing: Promise.race([once(child.stdout, 'data'), closed]),
    kill: () => void child.kill('SIGKILL'),
    acknowledged: closed.then(() => {
      // A line that the kill cut off was acknowledged no less, but not wholly said.
      const lines = said
        .slice(0, said.lastIndexOf('\n') + 1)
        .trim()
        .split('\n');
      return new Map(lines.filter(Boolean).map((line) => line.split(' ').map(Number) as [number, number]));
    }),
    end: closed.then(([code, signal]) => signal ?? code),
  };
}
