/**
 * The document of `dray run --json`: what ran, what it returned, and what that took.
 */
import type { AppStats, ImageReport } from '../protocol/control-plane.ts';

/** The document of `dray run --json`. */
export interface RunResult extends AppStats {
  app: string;
  /** The function or entrypoint that ran. */
  entrypoint: string;
  /** What it returned; null for undefined. */
  result: unknown;
  images: readonly ImageReport[];
  durationMs: number;
}
