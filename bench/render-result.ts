/**
 * A benchmark's result as text: one line with its ratio, then its details. Pure.
 */
import { styleText } from 'node:util';
import type { Benchmark, Measured } from './benchmark.ts';

/** Ends with a newline. */
export function renderResult({ name, summary, target }: Benchmark, measured: Measured): string {
  const { dray, floor, ratio, unit, details } = measured;
  return [
    `${styleText('bold', name)}  ${summary}`,
    `  dray ${dray} ${unit}, floor ${floor} ${unit}, ratio ${ratio} (aim: ${target})`,
    ...Object.entries(details).map(([key, value]) => styleText('dim', `  ${key}: ${renderDetail(value)}`)),
    '',
  ].join('\n');
}

function renderDetail(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([key, inner]) =>
      typeof inner === 'object' ? `${key} (${renderDetail(inner)})` : `${key} ${inner}`,
    )
    .join(', ');
}
