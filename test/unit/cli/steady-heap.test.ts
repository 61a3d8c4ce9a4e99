import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

/** Makes garbage of which some lives on for a while, as calls do, and tells the size that new objects had at most. */
const LOAD = `
import { getHeapSpaceStatistics } from 'node:v8';
const kept = [];
let most = 0;
for (let round = 0; round < 400; round++) {
  for (let index = 0; index < 10_000; index++) kept[index] = { round, index, text: String(index) };
  const { space_size } = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
  most = Math.max(most, space_size);
}
console.log(most / 1_048_576);
`;

function newSpaceMiB(steady: boolean): number {
  const url = new URL('../../../src/cli/steady-heap.ts', import.meta.url).href;
  const first = steady
    ? `const { keepHeapSteady } = await import(${JSON.stringify(url)}); keepHeapSteady();`
    : '';
  const args = ['--input-type=module', '-e', `${first}${LOAD}`];
  return Number(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

it('keeps the space of new objects small under load', () => {
  expect(newSpaceMiB(true)).toBeLessThanOrEqual(4);
  // What it is for: without it that space grows.
  expect(newSpaceMiB(false)).toBeGreaterThan(8);
});
