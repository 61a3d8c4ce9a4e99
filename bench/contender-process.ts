/**
 * One contender in a process of its own, so that no other's heap, timers and caches weigh on it.
 *
 * Invariants
 * - it is measured by its own clock, from its first call to its last result
 * - disposing of it waits until its process has ended
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { ContenderMessage, RoundRequest } from './contenders/serve-rounds.ts';
import { inRepository } from './repository.ts';

export interface ContenderProcess extends AsyncDisposable {
  /** Runs so many calls; their rate in calls per second. */
  rate(calls: number): Promise<number>;
}

/** Starts `bench/contenders/<name>.ts` and waits until it is ready. */
export async function startContender(
  name: string,
  env: Record<string, string> = {},
): Promise<ContenderProcess> {
  const child = fork(inRepository(`bench/contenders/${name}.ts`), {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  await nextMessage(child, name);
  return {
    rate: async (calls) => {
      const request: RoundRequest = { calls };
      child.send(request);
      const message = await nextMessage(child, name);
      if (!('ms' in message)) throw new Error(`${name} answered a round without its time`);
      return (calls / message.ms) * 1_000;
    },
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

async function nextMessage(child: ChildProcess, name: string): Promise<ContenderMessage> {
  const waiting = new AbortController();
  const options = { signal: waiting.signal };
  try {
    return await Promise.race([
      once(child, 'message', options).then(([message]) => message as ContenderMessage),
      once(child, 'exit', options).then(([code]) => {
        throw new Error(`the contender ${name} ended with ${code}`);
      }),
    ]);
  } finally {
    // The loser of the race is not waited for any more: its abort is no failure.
    waiting.abort();
  }
}
