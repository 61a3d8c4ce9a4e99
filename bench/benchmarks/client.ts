/**
 * Client: calls of a no-op through a server, one at a time, against a round trip of 64 bytes over an attached stream.
 *
 * The client, the server and the container are three processes on one host.
 */
import type { Benchmark } from '../benchmark.ts';
import { deployApp } from '../deployed-app.ts';
import { startEchoContainer } from '../echo-container.ts';
import { interleaved } from '../interleaved.ts';
import { median, round, rounded, summarise } from '../statistics.ts';

const ROUNDS = { warmUps: 10, rounds: 40 };
const CALLS_PER_ROUND = 250;

export const client: Benchmark = {
  name: 'client',
  summary:
    '.remote() of a no-op from another program, over HTTP, against a 64-byte round trip on an attached stream',
  target: 'p50 ≤ 1 ms',
  async measure({ docker }) {
    await using app = await deployApp('bench/apps/noop.ts', 'bench-noop');
    await using echo = await startEchoContainer(docker);
    const noop = await app.handle('noop');
    const bytes = Buffer.alloc(64, 'x');
    const taken = await interleaved(
      {
        dray: () => timesOf(() => noop.remote()),
        floor: () => timesOf(() => echo.roundTrip(bytes)),
      },
      ROUNDS,
    );
    const [dray, floor] = [median(taken.dray), median(taken.floor)];
    return {
      dray: round(dray, 3),
      floor: round(floor, 3),
      ratio: round(dray / floor, 3),
      unit: 'ms',
      details: {
        dray: rounded(summarise(taken.dray), 3),
        floor: rounded(summarise(taken.floor), 3),
      },
    };
  },
};

async function timesOf(once: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let call = 0; call < CALLS_PER_ROUND; call++) {
    const start = performance.now();
    await once();
    times.push(performance.now() - start);
  }
  return times;
}
