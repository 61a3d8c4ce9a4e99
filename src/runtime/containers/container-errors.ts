/**
 * Errors of who asks for one container by its id.
 */
import { RefusedError } from '../../shared/errors.ts';

/** It ended, or never was. */
export function containerNotFound(id: string): RefusedError {
  return new RefusedError('CONTAINER_NOT_FOUND', `no container ${id} runs`, {
    suggestions: ['see which run: dray container list'],
  });
}

/** It is not there yet. */
export function containerStarting(id: string): RefusedError {
  return new RefusedError('CONTAINER_STARTING', `the container ${id} is still starting`, {
    suggestions: ['try again in a moment'],
  });
}
