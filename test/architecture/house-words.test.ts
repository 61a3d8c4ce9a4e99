/**
 * Holds the repository to the words and habits of CONTRIBUTING.md that a parser can see.
 */
import { describe, expect, it } from 'vitest';
import { parseSource } from '../../src/runtime/app/parse-source.ts';
import { hasDefaultExport, notesWithoutIssue, switchedOffTests, usesOf } from './house-rules.ts';
import { sourceModules } from './source-modules.ts';
import { readTracked, trackedFiles } from './tracked-files.ts';

/** Programs that end their own process: the one inside containers, and the second Ctrl-C. */
const MAY_EXIT = ['runtime/runner/main.ts', 'cli/interrupt.ts'];

/** Names that say nothing: what has no better one has no home yet. */
const NAMELESS = /^(?:utils?|utilities|helpers?|common|misc|lib|v\d+)$/;

describe('src', () => {
  const modules = sourceModules();
  const offenders = (rule: (module: (typeof modules)[number]) => readonly unknown[] | boolean) =>
    modules
      .map((module) => ({ path: module.path, found: rule(module) }))
      .filter(({ found }) => (Array.isArray(found) ? found.length > 0 : found));

  it('has no file and no folder that could hold anything', () => {
    const parts = (path: string) => path.replace(/\.ts$/, '').split('/');
    expect(offenders(({ path }) => parts(path).some((part) => NAMELESS.test(part)))).toEqual([]);
  });

  it('has file names in kebab-case', () => {
    expect(
      offenders(({ path }) => !/^(?:[a-z0-9]+(?:-[a-z0-9]+)*\/)*[a-z0-9]+(?:-[a-z0-9]+)*\.ts$/.test(path)),
    ).toEqual([]);
  });

  it('prints through streams it was given, never through the console', () => {
    expect(offenders(({ source }) => usesOf(source, 'console'))).toEqual([]);
  });

  it('ends the process in two places', () => {
    const exits = offenders(
      ({ path, source }) => !MAY_EXIT.includes(path) && [...usesOf(source, 'process', 'exit')].length > 0,
    );
    expect(exits).toEqual([]);
  });

  it('has default exports in commands alone', () => {
    expect(
      offenders(({ path, source }) => !path.startsWith('commands/') && hasDefaultExport(source)),
    ).toEqual([]);
  });

  it('passes on what others export in its public doors alone', () => {
    const barrels = offenders(
      ({ path, source }) =>
        path !== 'index.ts' &&
        path !== 'client.ts' &&
        source.program.body.every(({ type }) => type.startsWith('Export') || type.startsWith('Import')) &&
        source.program.body.some(
          (node) => 'source' in node && node.type.startsWith('Export') && node.source !== null,
        ),
    );
    expect(barrels).toEqual([]);
  });
});

describe('the repository', () => {
  const files = trackedFiles(/\.(?:ts|js|mjs|cjs)$/).map((file) => ({
    file,
    source: parseSource(file, readTracked(file)),
  }));

  it('has notes to self only with the number of an issue', () => {
    const notes = files.map(({ file, source }) => ({ file, notes: notesWithoutIssue(source) }));
    expect(notes.filter((each) => each.notes.length > 0)).toEqual([]);
  });

  it('switches no test off', () => {
    const off = files.map(({ file, source }) => ({ file, tests: switchedOffTests(source) }));
    expect(off.filter(({ tests }) => tests.length > 0)).toEqual([]);
  });
});

describe('the rules themselves', () => {
  const parsed = (text: string) => parseSource('a.ts', text);

  it('see a use of the console and of an exit', () => {
    expect(usesOf(parsed('console.error(1); console["log"](2)'), 'console')).toEqual([
      'console.error',
      'console.log',
    ]);
    expect(usesOf(parsed('process.exit(1); process.exitCode = 1'), 'process', 'exit')).toEqual([
      'process.exit',
    ]);
    expect(usesOf(parsed('const text = "process.exit(1)"'), 'process', 'exit')).toEqual([]);
  });

  it('see a default export in every form', () => {
    expect(hasDefaultExport(parsed('export default class A {}'))).toBe(true);
    expect(hasDefaultExport(parsed('const a = 1; export { a as default }'))).toBe(true);
    expect(hasDefaultExport(parsed('export const a = 1'))).toBe(false);
  });

  it('see a note without an issue', () => {
    const word = 'TODO';
    expect(notesWithoutIssue(parsed(`// ${word}: later`))).toEqual([`${word}: later`]);
    expect(notesWithoutIssue(parsed(`// ${word}(#12): later`))).toEqual([]);
    expect(notesWithoutIssue(parsed(`const text = "${word}"`))).toEqual([]);
  });

  it('see a test that is switched off', () => {
    expect(switchedOffTests(parsed('it.only("a"); describe.each([1]).skip("b"); test.todo("c")'))).toEqual([
      'it.only',
      'describe.skip',
      'test.todo',
    ]);
    expect(switchedOffTests(parsed('it("a"); queue.skip(); list.only'))).toEqual([]);
  });
});
