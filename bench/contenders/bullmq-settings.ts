/**
 * What the adding and the working side of the BullMQ contender must agree on.
 */

/** Name of the queue in Redis. */
export const QUEUE = 'bench-noop';

/** Told by the worker to the adding side. */
export interface WorkerMessage {
  /** Jobs finished since the last message; 0 when it is ready. */
  readonly finished: number;
}

/** The socket of the Redis to use. Throws where it is not given. */
export function redisSocket(): string {
  const path = process.env.BENCH_REDIS_SOCKET;
  if (path === undefined) throw new Error('BENCH_REDIS_SOCKET names no socket');
  return path;
}
