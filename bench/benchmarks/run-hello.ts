/**
 * Run: the whole `dray run` of the hello template, against the whole `docker run` of Node in the same image.
 *
 * Both start a process, a container and end both; dray also loads, bundles and calls the app. Beside it,
 * `dray --help` against the start of Node alone.
 */
import type { Benchmark } from '../benchmark.ts';
import { containersGone } from '../containers-gone.ts';
import { IMAGE } from '../docker-in-reach.ts';
import { FLOOR_LABEL } from '../floor-container.ts';
import { interleaved } from '../interleaved.ts';
import { DRAY_PROGRAM, inRepository } from '../repository.ts';
import { median, round, rounded, summarise } from '../statistics.ts';
import { timedProcess } from '../timed-process.ts';

const ROUNDS = { warmUps: 2, rounds: 20 };

export const runHello: Benchmark = {
  name: 'run-hello',
  summary: 'the whole process `dray run templates/hello/app.ts`, against `docker run --rm … node -e 0`',
  target: '≤ 1.5 × the floor, and --help < 150 ms more than `node -e 0`',
  async measure({ docker, cli }) {
    if (cli === '') throw new Error('there is no docker command to compare with');
    const node = process.execPath;
    const run = [DRAY_PROGRAM, 'run', '--quiet', inRepository('templates/hello/app.ts')];
    const dockerRun = ['run', '--rm', '--label', FLOOR_LABEL, IMAGE, 'node', '-e', '0'];

    const taken = await interleaved(
      {
        dray: async () => {
          const ms = await timedProcess(node, run);
          await containersGone(docker, 'dev.dray.app=hello');
          return ms;
        },
        floor: async () => {
          const ms = await timedProcess(cli, dockerRun);
          await containersGone(docker, FLOOR_LABEL);
          return ms;
        },
        help: () => timedProcess(node, [DRAY_PROGRAM, '--help']),
        node: () => timedProcess(node, ['-e', '0']),
      },
      ROUNDS,
    );
    const [dray, floor, help, nodeAlone] = [taken.dray, taken.floor, taken.help, taken.node].map(median) as [
      number,
      number,
      number,
      number,
    ];
    return {
      dray: round(dray, 0),
      floor: round(floor, 0),
      ratio: round(dray / floor, 3),
      unit: 'ms',
      details: {
        dray: rounded(summarise(taken.dray), 0),
        floor: rounded(summarise(taken.floor), 0),
        helpMs: round(help, 0),
        nodeMs: round(nodeAlone, 0),
        helpAddedMs: round(help - nodeAlone, 0),
      },
    };
  },
};
