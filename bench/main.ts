/**
 * `npm run bench -- [NAME…] [--json]`: runs benchmarks one after another and prints their results on stdout.
 *
 * What is measured is the built code in dist/. Progress goes to stderr.
 */
import { parseArgs } from 'node:util';
import type { Benchmark, BenchmarkResult } from './benchmark.ts';
import { bundling } from './benchmarks/bundling.ts';
import { burst } from './benchmarks/burst.ts';
import { client } from './benchmarks/client.ts';
import { cold } from './benchmarks/cold.ts';
import { frozen } from './benchmarks/frozen.ts';
import { generator } from './benchmarks/generator.ts';
import { imageCheck } from './benchmarks/image-check.ts';
import { imageRebuild } from './benchmarks/image-rebuild.ts';
import { map } from './benchmarks/map.ts';
import { mapMemory } from './benchmarks/map-memory.ts';
import { pythonMap } from './benchmarks/python-map.ts';
import { pythonWarm } from './benchmarks/python-warm.ts';
import { queued } from './benchmarks/queued.ts';
import { runHello } from './benchmarks/run-hello.ts';
import { secrets } from './benchmarks/secrets.ts';
import { spawn } from './benchmarks/spawn.ts';
import { store } from './benchmarks/store.ts';
import { storeCalls } from './benchmarks/store-calls.ts';
import { storeOpen } from './benchmarks/store-open.ts';
import { warm } from './benchmarks/warm.ts';
import { dockerInReach } from './docker-in-reach.ts';
import { renderResult } from './render-result.ts';
import { buildProblem } from './repository.ts';

const BENCHMARKS: readonly Benchmark[] = [
  cold,
  burst,
  frozen,
  generator,
  warm,
  runHello,
  map,
  mapMemory,
  client,
  spawn,
  queued,
  store,
  storeCalls,
  storeOpen,
  secrets,
  pythonWarm,
  pythonMap,
  imageCheck,
  imageRebuild,
  bundling,
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false } },
});
const unknown = positionals.find((name) => !BENCHMARKS.some((benchmark) => benchmark.name === name));
if (unknown !== undefined) {
  const names = BENCHMARKS.map(({ name }) => name).join(', ');
  console.error(`there is no benchmark ${unknown}; there are ${names}`);
  process.exitCode = 2;
} else {
  await runBenchmarks(
    BENCHMARKS.filter(({ name }) => positionals.length === 0 || positionals.includes(name)),
  );
}

async function runBenchmarks(chosen: readonly Benchmark[]): Promise<void> {
  const problem = buildProblem();
  if (problem !== undefined) console.error(`bench: ${problem}; run: npm run build`);
  await using docker = await dockerInReach();
  console.error(`bench: ${docker.description}, Node ${process.versions.node}`);
  for (const benchmark of chosen) {
    console.error(`bench: ${benchmark.name} …`);
    const measured = await benchmark.measure(docker);
    const result: BenchmarkResult = { name: benchmark.name, ...measured };
    process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : renderResult(benchmark, measured));
  }
}
