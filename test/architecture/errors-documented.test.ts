/**
 * Holds docs/errors.md and the code to each other: every code that can be thrown has an entry, and no other has.
 */
import { describe, expect, it } from 'vitest';
import { ExitCode } from '../../src/shared/errors.ts';
import { errorCodes } from './error-codes.ts';
import { readErrorsPage } from './errors-page.ts';
import { parseModule, sourceModules } from './source-modules.ts';
import { readTracked } from './tracked-files.ts';

/** The group of docs/errors.md that each kind belongs to, by its exit code. */
const EXIT_CODE = {
  UserError: ExitCode.usage,
  EnvironmentError: ExitCode.environment,
  RefusedError: ExitCode.refused,
  FunctionError: ExitCode.functionThrew,
} as const;

describe('docs/errors.md', () => {
  const thrown = errorCodes(sourceModules());
  const entries = readErrorsPage(readTracked('docs/errors.md'));
  const documented = entries.map(({ code }) => code);

  it('has an entry for every code that can be thrown', () => {
    expect([...new Set(thrown.map(({ code }) => code))].filter((code) => !documented.includes(code))).toEqual(
      [],
    );
  });

  it('has no entry for any other', () => {
    const codes = new Set(thrown.map(({ code }) => code));
    expect(documented.filter((code) => !codes.has(code))).toEqual([]);
  });

  it('has one entry for each, in alphabetical order within its group', () => {
    expect(new Set(documented).size).toBe(documented.length);
    for (const [group, own] of Map.groupBy(entries, (entry) => entry.group)) {
      expect({ group, codes: own.map(({ code }) => code) }).toEqual({
        group,
        codes: own.map(({ code }) => code).sort(),
      });
    }
  });

  it('says of each what it means and what to do', () => {
    expect(entries.filter(({ meaning, steps }) => meaning === '' || steps.length === 0)).toEqual([]);
  });

  it('groups them by what dray exits with', () => {
    const groupOf = new Map(entries.map(({ code, group }) => [code, group]));
    const wrong = thrown.filter(
      ({ code, kind }) =>
        kind !== 'ToolError' && !groupOf.get(code)?.endsWith(`(exit code ${EXIT_CODE[kind]})`),
    );
    expect(wrong).toEqual([]);
  });
});

describe('error codes', () => {
  const codesOf = (text: string) => errorCodes([parseModule('a.ts', text)]).map(({ code }) => code);

  it('are in UPPER_SNAKE', () => {
    const codes = errorCodes(sourceModules()).map(({ code }) => code);
    expect(codes.filter((code) => !/^[A-Z]+(?:_[A-Z0-9]+)*$/.test(code))).toEqual([]);
  });

  it('are found wherever a kind is given one', () => {
    expect(codesOf("throw new UserError('A', 'text')")).toEqual(['A']);
    expect(codesOf("const f = () => new EnvironmentError(bad ? 'A' : 'B', 'text')")).toEqual(['A', 'B']);
    expect(codesOf("const code = bad ? 'A' : worse ? 'B' : 'C'; new RefusedError(code, '')")).toEqual([
      'A',
      'B',
      'C',
    ]);
    expect(codesOf("class E extends FunctionError { constructor() { super('A', 'text'); } }")).toEqual(['A']);
    expect(codesOf("class E extends ToolError { constructor() { super(70, 'A', 'text'); } }")).toEqual(['A']);
  });

  it('are not looked for in classes that extend a class with a code', () => {
    expect(codesOf("class E extends OtherError { constructor() { super('what', 1); } }")).toEqual([]);
  });

  it('must be plain text', () => {
    expect(() => codesOf('new UserError(code, "text")')).toThrow('a.ts');
    expect(() => codesOf('new UserError(`A`, "text")')).toThrow('a.ts');
  });
});
