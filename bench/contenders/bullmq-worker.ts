/**
 * BullMQ's worker with a no-op processor, in a process of its own. It tells its parent how many jobs it finished.
 *
 * Settings are those that gave the highest rate here: see bench/README.md.
 */
import { Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { QUEUE, redisSocket, type WorkerMessage } from './bullmq-settings.ts';

let finished = 0;

const worker = new Worker(QUEUE, async () => {}, {
  connection: new Redis({ path: redisSocket(), maxRetriesPerRequest: null }),
  concurrency: Number(process.env.BENCH_BULLMQ_CONCURRENCY ?? 100),
  removeOnComplete: { count: 0 },
  removeOnFail: { count: 0 },
});
worker.on('completed', () => {
  if (finished++ === 0) setImmediate(report);
});
await worker.waitUntilReady();
process.once('disconnect', () => process.exit(0));
tell({ finished: 0 });

/** One message for all jobs of a turn of the event loop. */
function report(): void {
  tell({ finished });
  finished = 0;
}

function tell(message: WorkerMessage): void {
  process.send?.(message);
}
