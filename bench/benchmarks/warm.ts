/**
 * Warm: calls of a no-op, one at a time, against a round trip of 64 bytes over an attached stream.
 *
 * Both containers run all the time; only one is used at any moment. The echo is `cat`, so the difference is
 * what dray and Node do: encoding, scheduling, and the function's call.
 */
import type { Benchmark } from '../benchmark.ts';
import { compared } from '../compared.ts';
import { startEchoContainer } from '../echo-container.ts';
import { interleaved } from '../interleaved.ts';
import { openBuiltEngine, prepareApp } from '../started-app.ts';

const ROUNDS = { warmUps: 10, rounds: 40 };
const CALLS_PER_ROUND = 250;

export const warm: Benchmark = {
  name: 'warm',
  summary: '.remote() of a no-op in a running container, against a 64-byte round trip on an attached stream',
  target: 'p50 ≤ 0.3 ms',
  async measure({ docker }) {
    await using engine = await openBuiltEngine();
    const prepared = await prepareApp('bench/apps/noop.ts');
    await using app = await prepared.start(engine);
    await using echo = await startEchoContainer(docker);
    const noop = app.handle('noop');
    const bytes = Buffer.alloc(64, 'x');

    const taken = await interleaved(
      {
        dray: () => timesOf(() => noop.remote()),
        floor: () => timesOf(() => echo.roundTrip(bytes)),
      },
      ROUNDS,
    );
    return compared(taken, { unit: 'ms', digits: 3, details: () => ({ containers: app.containers() }) });
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
