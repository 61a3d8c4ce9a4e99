/**
 * Frozen: a call to a container that was frozen while idle, against unpausing a container and one round trip to it.
 *
 * The clock starts with the call, and ends with its result. Each round waits until the container is frozen.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type Docker from 'dockerode';
import type { Benchmark } from '../benchmark.ts';
import { compared } from '../compared.ts';
import { startEchoContainer } from '../echo-container.ts';
import { interleaved } from '../interleaved.ts';
import { openBuiltEngine, prepareApp } from '../started-app.ts';

const ROUNDS = { warmUps: 1, rounds: 12 };
const LABEL = 'dev.dray.app=bench-resting';

export const frozen: Benchmark = {
  name: 'frozen',
  summary: '.remote() of a no-op in a frozen container, against unpause and a round trip',
  target: 'p50 ≤ 25 ms',
  async measure({ docker }) {
    await using engine = await openBuiltEngine();
    const prepared = await prepareApp('bench/apps/resting.ts');
    await using app = await prepared.start(engine);
    await using echo = await startEchoContainer(docker);
    const rest = app.handle('rest');
    await rest.remote();
    const bytes = Buffer.alloc(64, 'x');

    const taken = await interleaved(
      {
        dray: async () => {
          await untilPaused(docker);
          const start = performance.now();
          await rest.remote();
          return performance.now() - start;
        },
        floor: async () => {
          await echo.container.pause();
          const start = performance.now();
          const answered = echo.roundTrip(bytes);
          await echo.container.unpause();
          await answered;
          return performance.now() - start;
        },
      },
      ROUNDS,
    );
    return compared(taken, { unit: 'ms', digits: 1, details: () => ({ containers: app.containers() }) });
  },
};

async function untilPaused(docker: Docker): Promise<void> {
  const deadline = performance.now() + 30_000;
  const filters = { label: [LABEL], status: ['paused'] };
  while ((await docker.listContainers({ all: true, filters })).length === 0) {
    if (performance.now() > deadline) throw new Error('the idle container is not frozen');
    await delay(50);
  }
}
