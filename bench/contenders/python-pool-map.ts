/**
 * A no-op in Python over two processes of Python's own ProcessPoolExecutor, as a program that serves rounds.
 *
 * It runs on this machine's `python3`, without a container.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { inRepository } from '../repository.ts';
import { serveRounds } from './serve-rounds.ts';

const child = spawn('python3', [inRepository('bench/contenders/pool_map.py')], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
await lines.next();

serveRounds(
  async (calls) => {
    child.stdin.write(`${calls}\n`);
    await lines.next();
  },
  async () => child.stdin.end(),
);
