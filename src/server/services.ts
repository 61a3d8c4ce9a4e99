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
import type { InvocationHost } from '../protocol/invocation.ts';
import type { BlobFolder } from '../runtime/blobs/blob-folder.ts';
import { DurableCalls } from '../runtime/calls/durable-calls.ts';
import { EnvironmentCalls } from '../runtime/calls/environment-calls.ts';
import type { ReachableApps } from '../runtime/calls/reachable-apps.ts';
import type { HostedAppListener, HostedApps } from '../runtime/deployments/hosted-apps.ts';
import type { Environments } from '../runtime/environments/environments.ts';
import { environmentNotFound } from '../runtime/secrets/secret-errors.ts';
import type { SecretVault } from '../runtime/secrets/secret-vault.ts';
import { MAIN_ENVIRONMENT, type Store } from '../runtime/store/store.ts';
import { type LazyService, lazyService } from './lazy-service.ts';
import { serverEnding } from './request-errors.ts';

export interface Services {
  readonly dataFolder: string;
  readonly store: Store;
  readonly blobs: LazyService<BlobFolder>;
  readonly apps: LazyService<HostedApps>;
  readonly secrets: LazyService<SecretVault>;
  readonly environments: LazyService<Environments>;
  /** Calls that are kept for good. */
  readonly calls: LazyService<DurableCalls>;
  /** What may be called in an environment. Rejects with ENVIRONMENT_NOT_FOUND. */
  callsOf(environment: string): Promise<InvocationHost>;
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
export interface AppsParts extends Pick<Services, 'dataFolder' | 'store' | 'ending'> {
  readonly blobs: BlobFolder;
  /** What code in containers may call beside its own app. */
  outside(app: { readonly environment: string }): InvocationHost;
  readonly listener: HostedAppListener;
}

export interface ServicesOptions {
  readonly dataFolder: string;
  readonly store: Store;
  openApps(parts: AppsParts): Promise<HostedApps>;
  /** Apps to call. Default: those that are deployed. */
  readonly reachable?: ReachableApps | undefined;
  /** How long results are kept, in days. */
  readonly resultsDays?: number | undefined;
  /** Told of errors that no kind describes. */
  onDefect(error: unknown): void;
}

/** The services; nothing of them is opened yet. */
export function openServices(options: ServicesOptions): OpenedServices {
  const { dataFolder, store, resultsDays, onDefect } = options;
  const ender = new AbortController();
  const stack = new AsyncDisposableStack();
  const ending = ender.signal;
  const blobs = lazyService(stack, async () => {
    const { BlobFolder } = await import('../runtime/blobs/blob-folder.ts');
    return new BlobFolder(path.join(dataFolder, 'blobs'));
  });
  const secrets = lazyService(stack, async () => {
    const [{ SecretVault }, { secretKeys }] = await Promise.all([
      import('../runtime/secrets/secret-vault.ts'),
      import('../runtime/secrets/secret-keys.ts'),
    ]);
    return new SecretVault(store, secretKeys(dataFolder, process.env));
  });
  const environments = lazyService(stack, async () => {
    const { Environments } = await import('../runtime/environments/environments.ts');
    return new Environments(store);
  });
  const calls = lazyService(stack, () => DurableCalls.open({ records: store.calls, resultsDays, onDefect }));
  const apps: LazyService<HostedApps> = lazyService(stack, async () => {
    const kept = await calls.get();
    return options.openApps({
      ...{ dataFolder, store, ending, blobs: await blobs.get() },
      outside: ({ environment }) => outside(environment, kept),
      listener: {
        onServing: ({ environment, app, started }) =>
          void kept.resume(environment, app, started.encoded).catch(onDefect),
        onStopped: (environment, app) => kept.pause(environment, app),
      },
    });
  });
  const reachable = options.reachable ?? { find: (...place) => apps.opened?.find(...place) };
  const outside = (environment: string, kept: DurableCalls) =>
    new EnvironmentCalls(environment, reachable, store.deployments, kept);
  return {
    ...{ dataFolder, store, blobs, secrets, environments, calls, apps, ending },
    async callsOf(environment) {
      const found = await store.environments.get(environment);
      if (found === undefined && environment !== MAIN_ENVIRONMENT) {
        const known = await store.environments.list();
        throw environmentNotFound(
          environment,
          known.map(({ name }) => name),
        );
      }
      return outside(environment, await calls.get());
    },
    async restore() {
      const records = await store.deployments.apps();
      if (records.some(({ state }) => state === 'deployed')) await (await apps.get()).restore();
    },
    end: () => ender.abort(serverEnding()),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
