/**
 * `dray run` as a user types it: the built program in a process of its own, with child processes as containers.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';

const ROOT = join(import.meta.dirname, '../..');

export interface AppRun {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a reference below the repository's root; `argv` is what follows it, `options` what comes before. */
export async function runApp(
  reference: string,
  argv: readonly string[] = [],
  options: readonly string[] = [],
): Promise<AppRun> {
  if (!existsSync(join(ROOT, 'dist/commands'))) throw new Error('run `npm run build` first');
  const { exitCode, stdout, stderr } = await execa(
    process.execPath,
    [join(ROOT, 'bin/run.js'), 'run', '--quiet', '--backend', 'process', ...options, reference, ...argv],
    { cwd: ROOT, reject: false, stdin: 'ignore', env: { NO_COLOR: '1' } },
  );
  return { exitCode, stdout, stderr };
}

/** What it returned; a run that failed is thrown with everything that it printed. */
export async function resultOf(reference: string, argv: readonly string[] = []): Promise<unknown> {
  const run = await runApp(reference, argv, ['--json']);
  if (run.exitCode !== 0) throw new Error(`exit code ${run.exitCode}\n${run.stdout}\n${run.stderr}`);
  return (JSON.parse(run.stdout) as { result: unknown }).result;
}
