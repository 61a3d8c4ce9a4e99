import { describe, expect, it } from 'vitest';
import { splitArguments } from '../../../src/cli/split-arguments.ts';

const FLAGS = {
  json: { type: 'boolean' },
  quiet: { type: 'boolean', char: 'q' },
  'write-result': { type: 'option', char: 'w' },
} as const;

describe('arguments', () => {
  it.each([
    { given: ['app.ts'], rest: [] },
    { given: ['app.ts', '--json'], rest: ['--json'] },
    { given: ['--json', 'app.ts', '--width', '1'], rest: ['--width', '1'] },
    { given: ['-w', 'out', 'app.ts', 'x'], rest: ['x'] },
    { given: ['-wout', 'app.ts', 'x'], rest: ['x'] },
    { given: ['--write-result', 'out', '-q', 'app.ts', '-q'], rest: ['-q'] },
    { given: ['--write-result=out', 'app.ts', '--help'], rest: ['--help'] },
    { given: ['-q'], rest: [] },
    { given: [], rest: [] },
  ])('$given leave $rest to the function', ({ given, rest }) => {
    const split = splitArguments(given, FLAGS);
    expect(split.rest).toEqual(rest);
    expect([...split.own, ...split.rest]).toEqual(given);
  });
});
