/**
 * Cold: the first call of a function, from the call until its result, against the first output of Node in a
 * container made by hand.
 *
 * The engine is open and the app started, so the image is known to be there; no container runs. Both sides make
 * a new container each round, in the same image, on the default bridge, confined in the same way.
 */
import { once } from 'node:events';
import type { Benchmark } from '../benchmark.ts';
import { added, compared } from '../compared.ts';
import { containersGone } from '../containers-gone.ts';
import { IMAGE } from '../docker-in-reach.ts';
import { FLOOR_LABEL, startFloorContainer } from '../floor-container.ts';
import { interleaved } from '../interleaved.ts';
import { openBuiltEngine, prepareApp } from '../started-app.ts';

const ROUNDS = { warmUps: 3, rounds: 30 };

export const cold: Benchmark = {
  name: 'cold',
  summary: 'first .remote() of a function, against create + attach + start → first output of Node',
  target: '≤ 1.15 × the floor',
  async measure({ docker }) {
    await using engine = await openBuiltEngine();
    const prepared = await prepareApp('bench/apps/noop.ts');

    const taken = await interleaved(
      {
        dray: async () => {
          let ms: number;
          {
            await using app = await prepared.start(engine);
            const noop = app.handle('noop');
            const start = performance.now();
            await noop.remote();
            ms = performance.now() - start;
          }
          await containersGone(docker, 'dev.dray.app=bench-noop');
          return ms;
        },
        floor: async () => {
          const start = performance.now();
          const { socket, started } = await startFloorContainer(docker, IMAGE, [
            'node',
            '-e',
            'process.stdout.write("up")',
          ]);
          await once(socket, 'data');
          const ms = performance.now() - start;
          await started;
          socket.resume();
          await containersGone(docker, FLOOR_LABEL);
          return ms;
        },
      },
      ROUNDS,
    );
    return compared(taken, { unit: 'ms', digits: 1, details: (medians) => ({ addedMs: added(medians) }) });
  },
};
