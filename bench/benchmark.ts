/**
 * What a benchmark is: a name, what it aims for, and a function that measures it.
 *
 * Invariants
 * - `dray` and `floor` come from the same run of the same process, in the same unit
 */
import type { DockerInReach } from './docker-in-reach.ts';

export interface Benchmark {
  readonly name: string;
  /** One line: what is compared with what. */
  readonly summary: string;
  /** What dray aims for, in words. */
  readonly target: string;
  measure(docker: DockerInReach): Promise<Measured>;
}

export interface Measured {
  readonly dray: number;
  readonly floor: number;
  /** dray ÷ floor: of times, lower is better; of rates, higher. */
  readonly ratio: number;
  readonly unit: 'containers/s' | 'values/s' | 'ms' | 'calls/s' | 'writes/s' | 'MiB';
  /** Everything else that was measured, by name. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** One line of `--json`. */
export interface BenchmarkResult extends Measured {
  readonly name: string;
}
