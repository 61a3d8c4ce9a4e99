import { expect, it } from 'vitest';
import { stripEntrypoints } from '../../../../src/runtime/app/strip-entrypoints.ts';

it.each([
  ['an arrow', 'app.localEntrypoint(async ({ a }: X) => a);', 'app.localEntrypoint(() => {});'],
  ['a function', 'app.localEntrypoint(function main() { return 1; });', 'app.localEntrypoint(() => {});'],
  ['a name', 'app.localEntrypoint(main);', 'app.localEntrypoint(() => {});'],
  [
    'options and a function',
    'app.localEntrypoint({ name: "x" }, () => 1);',
    'app.localEntrypoint({ name: "x" }, () => {});',
  ],
  ['an optional call', 'app?.localEntrypoint?.(() => 1);', 'app?.localEntrypoint?.(() => {});'],
  ['no arguments', 'app.localEntrypoint();', 'app.localEntrypoint();'],
  [
    'another method',
    'app.function(() => 1); // localEntrypoint',
    'app.function(() => 1); // localEntrypoint',
  ],
  [
    'text that only looks like it',
    'const s = "app.localEntrypoint(() => 1)";',
    'const s = "app.localEntrypoint(() => 1)";',
  ],
])('takes out %s', (_, source, expected) => {
  expect(stripEntrypoints('app.ts', source)).toBe(expected);
});

it('keeps the number of lines, and what comes after on its own line', () => {
  const source = 'app.localEntrypoint(async () => {\n  one();\n  two();\n});\nafter();';
  const stripped = stripEntrypoints('app.ts', source);
  expect(stripped.split('\n').length).toBe(source.split('\n').length);
  expect(stripped.split('\n')[4]).toBe('after();');
  expect(stripped).not.toContain('one');
});

it('takes out several, one inside of another too', () => {
  const source =
    'a.localEntrypoint(() => 1);\nb.localEntrypoint(() => c.localEntrypoint(() => 2));\nrest("é");';
  expect(stripEntrypoints('app.ts', source)).toBe(
    'a.localEntrypoint(() => {});\nb.localEntrypoint(() => {});\nrest("é");',
  );
});

it('counts offsets behind characters outside of ASCII right', () => {
  expect(stripEntrypoints('app.ts', '"😀é"; app.localEntrypoint(() => 1); x')).toBe(
    '"😀é"; app.localEntrypoint(() => {}); x',
  );
});
