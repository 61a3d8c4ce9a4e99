/**
 * A vitest reporter that writes what became of each test into a file, for scripts/test.ts to count.
 *
 * The file is named by DRAY_TEST_RESULTS. Vitest's own reporter beside it shows the progress.
 *
 * Invariants
 * - a test that passed at a later try is told apart from one that passed at once
 * - what failed outside of a test (an import, a hook, a stray rejection) is a failure too
 */
import { writeFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/** What became of the tests of one run of vitest. */
export interface TestResults {
  readonly passed: number;
  /** Names of tests that passed at a later try, with what went wrong at first. */
  readonly flaky: readonly Failure[];
  readonly failed: readonly Failure[];
  /** Names of tests that did not run. */
  readonly skipped: readonly string[];
}

export interface Failure {
  readonly name: string;
  readonly error: string;
}

export default class ResultsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], stray: readonly SerializedError[]): void {
    const results = {
      passed: 0,
      flaky: [] as Failure[],
      failed: [] as Failure[],
      skipped: [] as string[],
    };
    for (const module of modules) {
      const file = `${module.project.name}: ${module.relativeModuleId}`;
      const suites = [module, ...module.children.allSuites()];
      for (const suite of suites) {
        const errors = suite.errors();
        if (errors.length > 0) {
          const name = suite.type === 'module' ? file : `${file} > ${suite.fullName}`;
          results.failed.push({ name, error: describe(errors) });
        }
      }
      for (const test of module.children.allTests()) {
        const name = `${file} > ${test.fullName}`;
        const { state, errors = [] } = test.result();
        if (state === 'failed') results.failed.push({ name, error: describe(errors) });
        else if (state === 'passed') results.passed++;
        else results.skipped.push(name);
        if (state === 'passed' && (test.diagnostic()?.retryCount ?? 0) > 0)
          results.flaky.push({ name, error: describe(errors) });
      }
    }
    for (const error of stray)
      results.failed.push({ name: 'an error outside of every test', error: describe([error]) });
    const file = process.env.DRAY_TEST_RESULTS;
    if (file !== undefined) writeFileSync(file, JSON.stringify(results satisfies TestResults));
  }
}

type Described = Pick<SerializedError, 'name' | 'message' | 'stack'> & { diff?: string };

function describe(errors: readonly Described[]): string {
  const texts = errors.map(({ name = 'Error', message, stack = '', diff }) => {
    const frames = stack.split('\n').filter((line) => /^\s+at /.test(line) && !line.includes('node_modules'));
    return [`${name}: ${message}`, diff, ...frames].filter((part) => part !== undefined).join('\n');
  });
  return stripVTControlCharacters(texts.join('\n'));
}
