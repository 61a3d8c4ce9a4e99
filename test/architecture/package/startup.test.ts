/**
 * Holds `--help` and `--version` to loading no engine: what they load is counted, not how long it takes.
 */
import { describe, expect, inject, it } from 'vitest';
import './built-copy.ts';
import { loadedModules } from './loaded-modules.ts';

/** What only running an app needs. */
const HEAVY = [
  /\/node_modules\/(?:dockerode|docker-modem|tsx|esbuild|oxc-parser|listr2|execa|msgpackr|dotenv|@inquirer)\//,
  /\/dist\/(?:runtime|protocol|index\.js)/,
];

describe.each([
  { args: ['--help'], prints: 'run a function' },
  { args: ['--version'], prints: 'dray/' },
  { args: ['run', '--help'], prints: '--write-result' },
  { args: ['secret', 'create', '--help'], prints: '--from-dotenv' },
])('dray $args', ({ args, prints }) => {
  const run = () => loadedModules(`${inject('builtCopy')}/bin/run.js`, args);

  it('answers without loading the engine or any package that only an app needs', () => {
    const { modules, output } = run();
    expect(output).toContain(prints);
    expect(modules.filter((url) => HEAVY.some((pattern) => pattern.test(url)))).toEqual([]);
  });
});

describe('dray run', () => {
  it('opens no store for an app without secrets', () => {
    const copy = inject('builtCopy');
    const args = ['run', '--quiet', '--backend', 'process', `${copy}/templates/hello/app.ts`];
    const { modules, output } = loadedModules(`${copy}/bin/run.js`, args);
    expect(output).toContain('Hello, world!');
    expect(modules.some((url) => url.includes('/dist/runtime/run/run.js'))).toBe(true);
    const store = /\/dist\/runtime\/(?:store\/(?:open|sqlite)|secrets\/(?:open|secret-vault))/;
    expect(modules.filter((url) => store.test(url))).toEqual([]);
  });
});

describe('the record of what is loaded', () => {
  it('has imports, requires and imports on demand', () => {
    const { modules } = loadedModules('--eval', [
      'await import("@oclif/core/execute"); const fs = await import("dockerode")',
    ]);
    expect(modules.some((url) => url.includes('/@oclif/core/'))).toBe(true);
    // dockerode is CommonJS, and requires docker-modem.
    expect(modules.some((url) => url.includes('/docker-modem/'))).toBe(true);
  });
});
