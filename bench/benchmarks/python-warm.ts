/**
 * Warm calls of a function in Python, one at a time, against a round trip of 64 bytes over an attached stream.
 */
import type { Benchmark } from '../benchmark.ts';
import { startEchoContainer } from '../echo-container.ts';
import { interleaved } from '../interleaved.ts';
import { openBuiltEngine, prepareApp } from '../started-app.ts';
import { median, round, rounded, summarise } from '../statistics.ts';

const ROUNDS = { warmUps: 10, rounds: 40 };
const CALLS_PER_ROUND = 250;

export const pythonWarm: Benchmark = {
  name: 'python-warm',
  summary:
    '.remote() of a no-op in Python in a running container, against a 64-byte round trip on an attached stream',
  target: 'p50 ≤ 0.6 ms',
  async measure({ docker }) {
    await using engine = await openBuiltEngine();
    const prepared = await prepareApp('bench/apps/noop-python.ts');
    await using app = await prepared.start(engine);
    await using echo = await startEchoContainer(docker);
    const noop = app.handle('noop');
    const bytes = Buffer.alloc(64, 'x');
    const taken = await interleaved(
      { dray: () => timesOf(() => noop.remote()), floor: () => timesOf(() => echo.roundTrip(bytes)) },
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
