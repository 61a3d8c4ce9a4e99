/**
 * A benchmark's result from the measurements of both sides: their medians, the ratio, and how far they spread. Pure.
 */
import type { Measured } from './benchmark.ts';
import { median, round, rounded, summarise } from './statistics.ts';

export interface Comparison {
  readonly unit: Measured['unit'];
  /** Decimals of what is shown. */
  readonly digits: number;
  /** Further details, from the medians. */
  details?(medians: { readonly dray: number; readonly floor: number }): Measured['details'];
}

/** What the medians of both sides' measurements say. */
export function compared(
  taken: { readonly dray: readonly number[]; readonly floor: readonly number[] },
  { unit, digits, details }: Comparison,
): Measured {
  const medians = { dray: median(taken.dray), floor: median(taken.floor) };
  const { dray, floor } = medians;
  return {
    dray: round(dray, digits),
    floor: round(floor, digits),
    ratio: round(dray / floor, 3),
    unit,
    details: {
      ...details?.(medians),
      dray: rounded(summarise(taken.dray), digits),
      floor: rounded(summarise(taken.floor), digits),
    },
  };
}

/** How much longer dray takes, in the unit of the times. */
export function added({ dray, floor }: { readonly dray: number; readonly floor: number }): number {
  return round(dray - floor, 1);
}
