/**
 * No-op tasks on piscina's pool of two threads, as a program that serves rounds.
 *
 * As many tasks are unfinished at a time as dray's map has calls.
 */
import { Piscina } from 'piscina';
import { serveRounds } from './serve-rounds.ts';

const UNFINISHED = 1_000;

const pool = new Piscina({
  filename: new URL('noop-thread.ts', import.meta.url).href,
  minThreads: 2,
  maxThreads: 2,
  concurrentTasksPerWorker: Number(process.env.BENCH_PISCINA_TASKS ?? 1),
});

serveRounds(
  async (calls) => {
    let next = 0;
    const runOneByOne = async () => {
      while (next < calls) await pool.run(next++);
    };
    await Promise.all(Array.from({ length: UNFINISHED }, runOneByOne));
  },
  () => pool.close(),
);
