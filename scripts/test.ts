/**
 * `npm test`: every check and every suite, one after another, and the count of both as the last line.
 *
 * With names of suites (`npm test -- unit cli`) it runs those alone. A suite that cannot run here is named with its
 * reason; under CI=true that is a failure.
 *
 * Invariants
 * - what failed is told at the end, by name and with its error, whatever was printed before
 * - a test that passed only at a later try is told as well
 * - the last line is `N passed, N failed`; the exit code is 1 where any failed
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { execa } from 'execa';
import { findEngine } from '../test/lab/found-engine.ts';
import { labObstacle } from '../test/lab/lab-place.ts';
import { usableUp } from '../test/lab/lab-state.ts';
import config from '../vitest.config.ts';
import type { Failure, TestResults } from './results-reporter.ts';

/** Commands that say by their exit code whether all is well. */
const CHECKS: Readonly<Record<string, readonly string[]>> = {
  build: ['node', 'scripts/build.ts'],
  lint: ['npm', 'run', '--silent', 'lint'],
  types: ['npm', 'run', '--silent', 'types'],
};

/** A suite that has not ended by then hangs. */
const SUITE_LIMIT_MS = 3_600_000;
const SHOWN_LINES = 30;

let passed = 0;
const failed: Failure[] = [];
const flaky: Failure[] = [];
const skipped: string[] = [];
const leftOut: { suite: string; reason: string }[] = [];

const suites = (config.test?.projects ?? []).flatMap((project) =>
  typeof project === 'object' && 'test' in project ? [String(project.test?.name)] : [],
);
const asked = process.argv.slice(2);
for (const [name, command] of Object.entries(CHECKS)) {
  if (asked.length === 0 || asked.includes(name)) await check(name, command);
}
const built = !failed.some(({ name }) => name === 'build');
for (const suite of suites) {
  if (asked.length > 0 && !asked.includes(suite)) continue;
  const reason = built ? await obstacle(suite) : 'the build failed';
  if (reason === undefined) await run(suite);
  else leftOut.push({ suite, reason });
}
report();

async function check(name: string, [command = '', ...args]: readonly string[]): Promise<void> {
  console.log(`\n── ${name}`);
  const { failed: bad, output } = await shown(command, args);
  if (bad) failed.push({ name, error: output });
  else passed++;
}

async function run(suite: string): Promise<void> {
  console.log(`\n── ${suite}`);
  const folder = await mkdtemp(path.join(tmpdir(), 'dray-results-'));
  const file = path.join(folder, 'results.json');
  try {
    const args = [
      'run',
      '--project',
      suite,
      '--reporter=default',
      '--reporter=./scripts/results-reporter.ts',
    ];
    const { failed: bad, output } = await shown('vitest', args, { DRAY_TEST_RESULTS: file });
    const text = await readFile(file, 'utf8').catch(() => undefined);
    const results: TestResults | undefined = text === undefined ? undefined : JSON.parse(text);
    passed += results?.passed ?? 0;
    failed.push(...(results?.failed ?? []));
    flaky.push(...(results?.flaky ?? []));
    skipped.push(...(results?.skipped ?? []));
    // Its set-up failed, or it found no test at all.
    if (bad && (results?.failed.length ?? 0) === 0)
      failed.push({ name: `the suite ${suite}`, error: output });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Shows what a command prints as it comes, and gives the last lines of it. */
async function shown(command: string, args: readonly string[], env: Record<string, string> = {}) {
  const { failed: bad, all } = await execa(command, args, {
    env,
    preferLocal: true,
    stdin: 'ignore',
    stdout: ['inherit', 'pipe'],
    stderr: ['inherit', 'pipe'],
    all: true,
    reject: false,
    timeout: SUITE_LIMIT_MS,
  });
  const lines = stripVTControlCharacters(all).trimEnd().split('\n');
  return { failed: bad, output: lines.slice(-SHOWN_LINES).join('\n') };
}

/** Why a suite cannot run here; undefined where it can. */
async function obstacle(suite: string): Promise<string | undefined> {
  if (suite !== 'docker' || (await usableUp()) !== undefined) return undefined;
  const reason = await labObstacle();
  if (reason === undefined) return undefined;
  if ((await findEngine()) === undefined) return `no Docker answers, and ${reason}`;
  leftOut.push({ suite: 'docker, on the oldest engine', reason });
  return undefined;
}

function report(): void {
  for (const name of skipped) console.log(`skipped: ${name}`);
  for (const { suite, reason } of leftOut) {
    console.log(`left out: ${suite} (${reason})`);
    if (process.env.CI === 'true') failed.push({ name: `left out: ${suite}`, error: reason });
  }
  for (const { name, error } of flaky) {
    console.log(`flaky: ${name}`);
    console.log(indent(error));
  }
  for (const { name, error } of failed) {
    console.log(`\nFAILED: ${name}`);
    console.log(indent(error));
  }
  console.log(`\n${passed} passed, ${failed.length} failed`);
  if (failed.length > 0) process.exitCode = 1;
}

function indent(text: string): string {
  const lines = text.split('\n');
  const more = lines.length > SHOWN_LINES ? [`… ${lines.length - SHOWN_LINES} lines more`] : [];
  return [...lines.slice(0, SHOWN_LINES), ...more].map((line) => `    ${line}`).join('\n');
}
