/**
 * Runs a program to its end and tells how long the whole process took.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Milliseconds from the spawn until it has ended and its output is read. Throws where it fails. */
export async function timedProcess(program: string, args: readonly string[]): Promise<number> {
  const start = performance.now();
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  const ms = performance.now() - start;
  if (code !== 0) {
    throw new Error(`${program} ${args.join(' ')} ended with ${code}: ${Buffer.concat(output).toString()}`);
  }
  return ms;
}
