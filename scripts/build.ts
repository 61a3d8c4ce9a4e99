/**
 * Builds dist/: the library and commands with tsc, the runner into one file with esbuild, then the manifest
 * of commands. `npm ci` runs it.
 */
import { rm } from 'node:fs/promises';
import { build } from 'esbuild';
import { execa } from 'execa';

await rm('dist', { recursive: true, force: true });
const [compiled] = await Promise.all([
  execa('tsc', ['-p', 'tsconfig.build.json'], { preferLocal: true, stdio: 'inherit', reject: false }),
  build({
    entryPoints: ['src/runtime/runner/main.ts'],
    outfile: 'dist/runner.cjs',
    bundle: true,
    minify: true,
    keepNames: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'warning',
  }),
]);
if (compiled.failed) process.exitCode = 1;
