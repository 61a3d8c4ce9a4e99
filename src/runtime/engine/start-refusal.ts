/**
 * Tells a host that cannot start a container now from one that never will. Pure.
 */
import { ToolError } from '../../shared/errors.ts';
import type { RunnerEnd } from '../scheduler/ports.ts';

/** Codes of errors that pass by themselves: an engine that restarts, is overloaded, or is still cleaning up. */
const PASSING = new Set(['DOCKER_UNREACHABLE', 'DOCKER_FAILED', 'DOCKER_CONFLICT']);

/** What a rejected start means. */
export function startRejected(error: unknown): RunnerEnd {
  const passing = error instanceof ToolError && PASSING.has(error.code);
  return { kind: passing ? 'start-refused' : 'start-failed', error };
}
