/**
 * What the handles of functions and of generator functions have in common: options and scaling.
 *
 * Invariants
 * - a handle never changes; what changes options returns another handle
 */
import { UserError } from '../shared/errors.ts';
import type { CallRoute, HandleOptions } from './call-route.ts';
import type { AutoscalerOptions, BatchingOptions, ConcurrencyOptions } from './function-options.ts';
import type { FunctionStats } from './invoker.ts';

/** A typed way to call something that runs in containers. */
export abstract class RemoteHandle {
  protected readonly route: CallRoute;

  protected constructor(route: CallRoute) {
    this.route = route;
  }

  /**
   * The same function with other options. Its calls have containers of their own; equal options share them.
   * `signal` alone changes no containers: it cancels the handle's calls when it is aborted.
   */
  withOptions(options: HandleOptions): this {
    return this.along(this.route.withOptions(options));
  }

  /** The same function with several calls in one container at a time. */
  withConcurrency(concurrent: ConcurrencyOptions): this {
    return this.withOptions({ concurrent });
  }

  /** Changes how calls are joined into lists. The function must be declared `batched`. */
  withBatching(batched: BatchingOptions): this {
    checkBatched(this.route);
    return this.withOptions({ batched });
  }

  /** Changes how many containers the function has, from now on. What is left out stays as it is. */
  async updateAutoscaler(settings: AutoscalerOptions): Promise<void> {
    await this.route.invoker().updateAutoscaler(this.route.target, settings);
  }

  /** Calls that wait, calls that run, and containers, now. */
  async stats(): Promise<FunctionStats> {
    return this.route.invoker().stats(this.route.target);
  }

  /** The same handle, with its calls going elsewhere. */
  protected abstract along(route: CallRoute): this;
}

/** Throws a UserError where the function takes single values. */
export function checkBatched(route: CallRoute): void {
  if (route.batched) return;
  throw new UserError('NOT_BATCHED', `${route.label} takes single values, so its calls cannot be joined`, {
    suggestions: ['declare it with batched: { maxBatchSize, waitMs }, and let it take and return lists'],
  });
}
