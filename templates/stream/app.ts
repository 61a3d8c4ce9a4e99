import { setTimeout } from 'node:timers/promises';
import { App, currentCall } from 'dray';

const app = new App('stream');

interface Progress {
  done: number;
  total: number;
  /** The primes found since the last one. */
  found: number[];
}

/**
 * Runs in a container and yields while it works. It goes on only as fast as its reader takes what it yields, and
 * when the reader leaves, its `finally` block runs and the container is free for the next call.
 */
export const primes = app.function(async function* (limit: number, step: number) {
  let count = 0;
  let done = 1;
  try {
    for (let from = 2; from <= limit; from += step) {
      done = Math.min(from + step - 1, limit);
      const found = primesBetween(from, done);
      count += found.length;
      yield { done, total: limit, found } satisfies Progress;
      // Something to watch: without this line it is over at once.
      await setTimeout(50, undefined, { signal: currentCall()?.signal });
    }
    return count;
  } finally {
    console.log(`looked as far as ${done} and found ${count} primes`);
  }
});

/**
 * Runs on this machine and shows the progress as it comes.
 *
 * @param options.limit look for primes up to this number
 * @param options.enough stop after this many primes
 */
export const main = app.localEntrypoint(
  async ({ limit = 1000, enough = 100 }: { limit?: number; enough?: number }) => {
    const all: number[] = [];
    for await (const { done, total, found } of primes.remote(limit, 100)) {
      all.push(...found);
      console.log(`${String(Math.round((100 * done) / total)).padStart(3)} %  ${found.length} more primes`);
      // Leaving the loop ends the function in its container.
      if (all.length >= enough) break;
    }
    return `the last of ${all.length} primes is ${all.at(-1)}`;
  },
);

function primesBetween(from: number, to: number): number[] {
  const found: number[] = [];
  for (let n = from; n <= to; n++) {
    let divisor = 2;
    while (divisor * divisor <= n && n % divisor !== 0) divisor++;
    if (divisor * divisor > n) found.push(n);
  }
  return found;
}
