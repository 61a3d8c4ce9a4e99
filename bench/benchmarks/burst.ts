/**
 * Burst: from no container to 40 that run a call each, against 40 containers through the bare Docker API.
 *
 * Both sides start as many at a time as dray does on this machine: two for each core. The floor's containers print
 * their first output from Node; dray's run a call.
 */
import { once } from 'node:events';
import type { Benchmark } from '../benchmark.ts';
import { compared } from '../compared.ts';
import { containersGone } from '../containers-gone.ts';
import { IMAGE } from '../docker-in-reach.ts';
import { FLOOR_LABEL, type FloorContainer, startFloorContainer } from '../floor-container.ts';
import { interleaved } from '../interleaved.ts';
import { openBuiltEngine, prepareApp } from '../started-app.ts';

const ROUNDS = { warmUps: 1, rounds: 5 };
const CONTAINERS = 40;
/** As src/runtime/scheduler/host-budget.ts. */
const STARTS_PER_CPU = 2;

export const burst: Benchmark = {
  name: 'burst',
  summary: `0 → ${CONTAINERS} containers that run a call each, against as many starts through the Docker API`,
  target: '≥ 0.9 × the floor',
  async measure({ docker }) {
    await using engine = await openBuiltEngine();
    const prepared = await prepareApp('bench/apps/holding.ts');
    const { NCPU } = await docker.info();

    const taken = await interleaved(
      {
        dray: async () => {
          let ms: number;
          {
            await using app = await prepared.start(engine);
            const start = performance.now();
            const streams = Array.from({ length: CONTAINERS }, () => app.stream('hold'));
            await Promise.all(streams.map((stream) => stream.next()));
            ms = performance.now() - start;
            if (app.containers() !== CONTAINERS)
              throw new Error(`${app.containers()} containers were started`);
          }
          await containersGone(docker, 'dev.dray.app=bench-holding');
          return (CONTAINERS / ms) * 1_000;
        },
        floor: async () => {
          const start = performance.now();
          const started = await inTurns(CONTAINERS, NCPU * STARTS_PER_CPU, async () => {
            const container = await startFloorContainer(docker, IMAGE, [
              'node',
              '-e',
              'process.stdout.write("up"); process.stdin.resume()',
            ]);
            await once(container.socket, 'data');
            return container;
          });
          const ms = performance.now() - start;
          for (const { socket } of started) socket.resume().end();
          await containersGone(docker, FLOOR_LABEL);
          return (CONTAINERS / ms) * 1_000;
        },
      },
      ROUNDS,
    );
    return compared(taken, { unit: 'containers/s', digits: 2 });
  },
};

/** Runs `start` so often, `width` at a time. */
async function inTurns(
  count: number,
  width: number,
  start: () => Promise<FloorContainer>,
): Promise<FloorContainer[]> {
  const started: FloorContainer[] = [];
  let left = count;
  const lane = async () => {
    while (left-- > 0) started.push(await start());
  };
  await Promise.all(Array.from({ length: width }, lane));
  return started;
}
