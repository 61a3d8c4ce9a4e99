/**
 * What the handlers of a server work with, put together: each part is opened when it is first needed, so that a server
 * that nobody asks anything stays small.
 *
 * Invariants
 * - a part is opened once, and closed after those that were opened after it
 * - a part that could not be opened is tried again when it is needed next
 */
import type { Store } from '../runtime/store/store.ts';
import { serverEnding } from './request-errors.ts';

export interface Services {
  readonly dataFolder: string;
  readonly store: Store;
  /** Aborted when the server is about to end: what waits, ends. */
  readonly ending: AbortSignal;
}

export interface OpenedServices extends Services, AsyncDisposable {
  /** The server is about to end. */
  end(): void;
}

export interface ServicesOptions {
  readonly dataFolder: string;
  readonly store: Store;
}

/** The services; nothing of them is opened yet. */
export function openServices({ dataFolder, store }: ServicesOptions): OpenedServices {
  const ending = new AbortController();
  const stack = new AsyncDisposableStack();
  return {
    ...{ dataFolder, store },
    ending: ending.signal,
    end: () => ending.abort(serverEnding()),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
