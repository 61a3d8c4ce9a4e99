/**
 * Bundling the template apps, against esbuild alone on the same files.
 *
 * dray decides for each package where it comes from, leaves out what only local entrypoints need, and makes a source map
 * that names the author's files; the floor is one build of esbuild, which resolves packages by itself.
 */
import { build } from 'esbuild';
import type { Benchmark } from '../benchmark.ts';
import { interleaved } from '../interleaved.ts';
import { builtModule, inRepository } from '../repository.ts';
import { median, round, rounded, summarise } from '../statistics.ts';

const ROUNDS = { warmUps: 3, rounds: 30 };
const TEMPLATES = ['hello', 'map', 'stream', 'ffmpeg'];

export const bundling: Benchmark = {
  name: 'bundling',
  summary: `bundling the templates ${TEMPLATES.join(', ')}, one after another, against esbuild alone`,
  target: '≤ 150 ms',
  async measure() {
    const [{ loadApp }, { describeApp }, { bundleApp }] = await Promise.all([
      builtModule<typeof import('../../src/runtime/app/load-app.ts')>('runtime/app/load-app'),
      builtModule<typeof import('../../src/runtime/app/describe-app.ts')>('runtime/app/describe-app'),
      builtModule<typeof import('../../src/runtime/app/bundle-app.ts')>('runtime/app/bundle-app'),
    ]);
    const files = TEMPLATES.map((name) => inRepository(`templates/${name}/app.ts`));
    const apps: Awaited<ReturnType<typeof loadApp>>[] = [];
    for (const file of files) {
      const app = await loadApp(file);
      describeApp(app.declaration);
      apps.push(app);
    }
    const taken = await interleaved(
      {
        dray: () =>
          timeOf(async () => {
            for (const app of apps) await bundleApp({ app, installed: [] });
          }),
        floor: () =>
          timeOf(async () => {
            for (const file of files)
              await build({
                entryPoints: [file],
                bundle: true,
                write: false,
                platform: 'node',
                format: 'esm',
                external: ['dray'],
                sourcemap: 'external',
                outfile: 'app.mjs',
              });
          }),
      },
      ROUNDS,
    );
    const [dray, floor] = [median(taken.dray), median(taken.floor)];
    return {
      dray: round(dray, 1),
      floor: round(floor, 1),
      ratio: round(dray / floor, 2),
      unit: 'ms',
      details: { dray: rounded(summarise(taken.dray), 1), floor: rounded(summarise(taken.floor), 1) },
    };
  },
};

async function timeOf(once: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await once();
  return performance.now() - start;
}
