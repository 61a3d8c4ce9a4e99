/**
 * What the handlers of a server work with, put together: each part is opened when it is first needed, so that a server
 * that nobody asks anything stays small.
 *
 * Invariants
 * - a part is opened once, and closed after those that were opened after it
 * - a part that could not be opened is tried again when it is needed next
 * - apps that were deployed are started with the server; where none were, no engine is loaded
 */
import path from 'node:path';
import type { BlobFolder } from '../runtime/blobs/blob-folder.ts';
import type { HostedApps } from '../runtime/deployments/hosted-apps.ts';
import type { Store } from '../runtime/store/store.ts';
import { type LazyService, lazyService } from './lazy-service.ts';
import { serverEnding } from './request-errors.ts';

export interface Services {
  readonly dataFolder: string;
  readonly store: Store;
  readonly blobs: LazyService<BlobFolder>;
  readonly apps: LazyService<HostedApps>;
  /** Aborted when the server is about to end: what waits, ends. */
  readonly ending: AbortSignal;
}

export interface OpenedServices extends Services, AsyncDisposable {
  /** Starts what ran when the server ended last. */
  restore(): Promise<void>;
  /** The server is about to end. */
  end(): void;
}

/** What apps are opened with. */
export type AppsParts = Pick<Services, 'dataFolder' | 'store' | 'ending'> & { readonly blobs: BlobFolder };

export interface ServicesOptions {
  readonly dataFolder: string;
  readonly store: Store;
  openApps(parts: AppsParts): Promise<HostedApps>;
}

/** The services; nothing of them is opened yet. */
export function openServices({ dataFolder, store, openApps }: ServicesOptions): OpenedServices {
  const ender = new AbortController();
  const stack = new AsyncDisposableStack();
  const ending = ender.signal;
  const blobs = lazyService(stack, async () => {
    const { BlobFolder } = await import('../runtime/blobs/blob-folder.ts');
    return new BlobFolder(path.join(dataFolder, 'blobs'));
  });
  const apps = lazyService(stack, async () => {
    return openApps({ dataFolder, store, ending, blobs: await blobs.get() });
  });
  return {
    ...{ dataFolder, store, blobs, apps, ending },
    async restore() {
      const records = await store.deployments.apps();
      if (records.some(({ state }) => state === 'deployed')) await (await apps.get()).restore();
    },
    end: () => ender.abort(serverEnding()),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
