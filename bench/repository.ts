/**
 * Where things are in this repository, and how benchmarks reach the built code: what users get is measured.
 */
import { existsSync, globSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A path below the repository's root. */
export function inRepository(path: string): string {
  return fileURLToPath(new URL(`../${path}`, import.meta.url));
}

/** The program, as users start it. */
export const DRAY_PROGRAM = inRepository('bin/run.js');

/** A module of dist/ by its path there, without the ending. Its types are those of the same path in src/. */
export async function builtModule<Module>(path: string): Promise<Module> {
  return (await import(new URL(`../dist/${path}.js`, import.meta.url).href)) as Module;
}

/** Why dist/ cannot be measured as this tree's code, or undefined. */
export function buildProblem(): string | undefined {
  if (!existsSync(inRepository('dist/runner.cjs'))) return 'dist/ is not built';
  const root = inRepository('');
  const newest = (pattern: string) =>
    Math.max(...globSync(pattern, { cwd: root }).map((file) => statSync(`${root}${file}`).mtimeMs));
  return newest('src/**/*.ts') > newest('dist/**/*.*js') ? 'dist/ is older than src/' : undefined;
}
