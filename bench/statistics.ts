/**
 * What a list of measurements says: its middle, its slow end and how far it spreads. Pure.
 */

export interface Summary {
  readonly count: number;
  readonly p50: number;
  /** The slow end; with fewer than 100 measurements it is the slowest. */
  readonly p99: number;
  readonly min: number;
  readonly max: number;
  /** Half of all measurements lie this far apart: the third quartile minus the first. */
  readonly spread: number;
}

/** Sums up measurements of one kind. Throws where there are none. */
export function summarise(values: readonly number[]): Summary {
  const sorted = [...values].sort((a, b) => a - b);
  return {
    count: sorted.length,
    p50: quantile(sorted, 0.5),
    p99: quantile(sorted, 0.99),
    min: quantile(sorted, 0),
    max: quantile(sorted, 1),
    spread: quantile(sorted, 0.75) - quantile(sorted, 0.25),
  };
}

/** The middle of some measurements. */
export function median(values: readonly number[]): number {
  return summarise(values).p50;
}

/** A summary with `digits` decimals, as reports show it. */
export function rounded(summary: Summary, digits: number): Summary {
  const entries = Object.entries(summary).map(([key, value]) => [key, round(value as number, digits)]);
  return Object.fromEntries(entries) as unknown as Summary;
}

/** A number with at most `digits` decimals. */
export function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

function quantile(sorted: readonly number[], share: number): number {
  const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  if (value === undefined) throw new RangeError('there is nothing to sum up');
  return value;
}
