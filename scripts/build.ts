/**
 * Builds dist/: the types with tsc, the library and commands into a few files (bundle-dist.ts), each runner into one file
 * (Node's with esbuild). `npm ci` runs it.
 */
import { rm } from 'node:fs/promises';
import { build } from 'esbuild';
import { execa } from 'execa';
import { bundleDist } from './bundle-dist.ts';
import { keepPublicTypes } from './public-types.ts';
import { buildPythonRunner } from './python-runner.ts';

await rm('dist', { recursive: true, force: true });
const [compiled] = await Promise.all([
  execa('tsc', ['-p', 'tsconfig.build.json'], { preferLocal: true, stdio: 'inherit', reject: false }),
  bundleDist('dist'),
  build({
    entryPoints: ['src/runtime/runner/main.ts'],
    outfile: 'dist/runner.cjs',
    bundle: true,
    minify: true,
    keepNames: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    // Without the streams and the search for a native add-on, which no container has: both only cost time to load.
    alias: { msgpackr: 'msgpackr/pack' },
    conditions: ['browser'],
    logLevel: 'warning',
  }),
]);
if (!compiled.failed) await keepPublicTypes('dist', ['index.d.ts', 'client.d.ts']);
await buildPythonRunner('src/runtime/runner-python', 'dist/runner.py');
if (compiled.failed) process.exitCode = 1;
