/**
 * No-op jobs through BullMQ, as a program that serves rounds: adds them in bulk and waits until all are finished.
 *
 * Generous to BullMQ: no result is brought back and Redis writes nothing to disk, while dray's map yields every
 * result in order.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { QUEUE, redisSocket, type WorkerMessage } from './bullmq-settings.ts';
import { serveRounds } from './serve-rounds.ts';

/** Jobs in one request to Redis. */
const BULK = 1_000;

const workers = Array.from({ length: Number(process.env.BENCH_BULLMQ_WORKERS ?? 1) }, () =>
  fork(fileURLToPath(new URL('bullmq-worker.ts', import.meta.url))),
);
await Promise.all(workers.map((worker) => once(worker, 'message')));
let missing = 0;
let done = () => {};
for (const worker of workers) {
  worker.on('message', ({ finished }: WorkerMessage) => {
    missing -= finished;
    if (missing === 0) done();
  });
}
const queue = new Queue(QUEUE, {
  connection: new Redis({ path: redisSocket(), maxRetriesPerRequest: null }),
  defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
});
await queue.waitUntilReady();

serveRounds(
  async (calls) => {
    missing = calls;
    const allDone = new Promise<void>((resolve) => {
      done = resolve;
    });
    for (let added = 0; added < calls; added += BULK) {
      const length = Math.min(BULK, calls - added);
      await queue.addBulk(Array.from({ length }, (_, index) => ({ name: 'noop', data: added + index })));
    }
    await allDone;
  },
  async () => {
    for (const worker of workers) worker.disconnect();
    await queue.close();
  },
);
