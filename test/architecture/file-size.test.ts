/**
 * Holds modules to sizes that can be read in one go. The numbers are those of the code bases that read best.
 */
import { describe, expect, it } from 'vitest';
import { sourceModules } from './source-modules.ts';

const HARD_CAP = 300;
const COMMAND_CAP = 120;
const MEDIAN_CAP = 80;
const P95_CAP = 250;

describe('sizes of modules, in lines', () => {
  const sizes = sourceModules().map(({ path, source }) => ({ path, lines: lineCount(source.text) }));

  it(`are at most ${HARD_CAP}`, () => {
    expect(sizes.filter(({ lines }) => lines > HARD_CAP)).toEqual([]);
  });

  it(`are at most ${COMMAND_CAP} for a command`, () => {
    const commands = sizes.filter(({ path }) => path.startsWith('commands/'));
    expect(commands).not.toEqual([]);
    expect(commands.filter(({ lines }) => lines > COMMAND_CAP)).toEqual([]);
  });

  it(`have a median of at most ${MEDIAN_CAP} and a 95th percentile of at most ${P95_CAP}`, () => {
    const sorted = sizes.map(({ lines }) => lines).sort((a, b) => a - b);
    expect(percentile(sorted, 0.5)).toBeLessThanOrEqual(MEDIAN_CAP);
    expect(percentile(sorted, 0.95)).toBeLessThanOrEqual(P95_CAP);
  });
});

function lineCount(text: string): number {
  return text.trimEnd().split('\n').length;
}

/** The smallest value that at least this share of the values does not exceed. */
function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.ceil(sorted.length * share) - 1] as number;
}
