/**
 * What the handlers of a server work with, put together: each part is opened when it is first needed, so that a server
 * that nobody asks anything stays small.
 *
 * Invariants
 * - a part is opened once, and closed after those that were opened after it
 * - a part that could not be opened is tried again when it is needed next
 */
import type { InvocationHost } from '../protocol/invocation.ts';
import { DurableCalls } from '../runtime/calls/durable-calls.ts';
import { EnvironmentCalls } from '../runtime/calls/environment-calls.ts';
import type { ReachableApps } from '../runtime/calls/reachable-apps.ts';
import { environmentNotFound } from '../runtime/secrets/secret-errors.ts';
import { MAIN_ENVIRONMENT, type Store } from '../runtime/store/store.ts';
import { type LazyService, lazyService } from './lazy-service.ts';
import { serverEnding } from './request-errors.ts';

export interface Services {
  readonly dataFolder: string;
  readonly store: Store;
  /** Aborted when the server is about to end: what waits, ends. */
  readonly ending: AbortSignal;
  /** Calls that are kept for good. */
  readonly calls: LazyService<DurableCalls>;
  /** What may be called in an environment. Rejects with ENVIRONMENT_NOT_FOUND. */
  callsOf(environment: string): Promise<InvocationHost>;
}

export interface OpenedServices extends Services, AsyncDisposable {
  /** The server is about to end. */
  end(): void;
}

export interface ServicesOptions {
  readonly dataFolder: string;
  readonly store: Store;
  /** The apps that serve. */
  readonly apps: ReachableApps;
  /** How long results are kept, in days. */
  readonly resultsDays?: number | undefined;
  /** Told of errors that no kind describes. */
  onDefect(error: unknown): void;
}

/** The services; nothing of them is opened yet. */
export function openServices(options: ServicesOptions): OpenedServices {
  const { dataFolder, store, apps, resultsDays, onDefect } = options;
  const ending = new AbortController();
  const stack = new AsyncDisposableStack();
  const calls = lazyService(stack, () => DurableCalls.open({ records: store.calls, resultsDays, onDefect }));
  return {
    ...{ dataFolder, store, calls },
    ending: ending.signal,
    async callsOf(environment) {
      const found = await store.environments.get(environment);
      if (found === undefined && environment !== MAIN_ENVIRONMENT) {
        const known = await store.environments.list();
        throw environmentNotFound(
          environment,
          known.map(({ name }) => name),
        );
      }
      return new EnvironmentCalls(environment, apps, store.deployments, await calls.get());
    },
    end: () => ending.abort(serverEnding()),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
