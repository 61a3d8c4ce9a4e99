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
import { DurableCalls, type DurableCallsOptions } from '../runtime/calls/durable-calls.ts';
import { EnvironmentCalls } from '../runtime/calls/environment-calls.ts';
import type { PayloadFiles } from '../runtime/calls/payload-files.ts';
import type { ReachableApps } from '../runtime/calls/reachable-apps.ts';
import type { HostedAppListener, HostedApps } from '../runtime/deployments/hosted-apps.ts';
import type { Environments } from '../runtime/environments/environments.ts';
import type { LogKeeper, LogLimits } from '../runtime/logs/log-keeper.ts';
import type { Schedules } from '../runtime/schedules/schedules.ts';
import { environmentNotFound } from '../runtime/secrets/secret-errors.ts';
import type { SecretVault } from '../runtime/secrets/secret-vault.ts';
import { MAIN_ENVIRONMENT, type Store } from '../runtime/store/store.ts';
import { EphemeralApps } from './ephemeral-apps.ts';
import { type LazyService, lazyService } from './lazy-service.ts';
import { hostedLogs, openLogs } from './open-logs.ts';
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
  /** What apps printed. */
  readonly logs: LazyService<LogKeeper>;
  readonly schedules: LazyService<Schedules>;
  /** What may be called in an environment. Rejects with ENVIRONMENT_NOT_FOUND. */
  callsOf(environment: string): Promise<EnvironmentCalls>;
  /** Resolves once the apps that ran before have been started, or cannot be. */
  settled(): Promise<void>;
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

/** What is said of calls that are kept, where it is not left to the default. */
export type CallLimits = Pick<DurableCallsOptions, 'backlogLimit' | 'resultsDays'>;

export interface ServicesOptions {
  readonly dataFolder: string;
  readonly store: Store;
  openApps(parts: AppsParts): Promise<HostedApps>;
  /** Apps to call. Default: those that are deployed. */
  readonly reachable?: ReachableApps | undefined;
  /** Of calls that are kept. */
  readonly callLimits?: CallLimits | undefined;
  /** How much of logs is kept. Default: DEFAULT_LOG_LIMITS. */
  readonly logLimits?: Partial<LogLimits> | undefined;
  /** Told of errors that no kind describes. */
  onDefect(error: unknown): void;
}

/** The services; nothing of them is opened yet. */
export function openServices(options: ServicesOptions): OpenedServices {
  const { dataFolder, store, callLimits, onDefect } = options;
  const ender = new AbortController();
  const stack = new AsyncDisposableStack();
  const ending = ender.signal;
  const blobs = lazyService(stack, async () => {
    const { BlobFolder } = await import('../runtime/blobs/blob-folder.ts');
    return new BlobFolder(path.join(dataFolder, 'blobs'));
  });
  const calls = lazyService(stack, () => {
    const files: PayloadFiles = {
      put: async (bytes) => (await blobs.get()).putBytes(bytes),
      read: async (digest) => (await blobs.get()).read(digest),
    };
    return DurableCalls.open({ records: store.calls, files, ...callLimits, onDefect });
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
    // The store is closed by who opened it.
    return new Environments({
      environments: store.environments,
      secrets: store.secrets,
      close: async () => {},
    });
  });
  const logs = lazyService(stack, () => openLogs(options));
  const apps: LazyService<HostedApps> = lazyService(stack, async () => {
    const kept = await calls.get();
    const lines = stack.use(await hostedLogs(await logs.get()));
    return options.openApps({
      ...{ dataFolder, store, ending, blobs: await blobs.get() },
      outside: ({ environment }) => outside(environment, kept),
      listener: {
        onServing({ environment, app, deployment, started }) {
          if (deployment.manifest.ephemeral) ephemeral.watch();
          // What containers hold besides, from an earlier process, has nobody who asks for it.
          void kept.resume(environment, app, started.encoded).then(() => started.allResumed(), onDefect);
          if (deployment.manifest.functions.some(({ schedule }) => schedule !== undefined)) watchSchedules();
          else refreshSchedules();
        },
        onStopped(environment, app, reason) {
          kept.pause(environment, app);
          // What waits for an app that was stopped would wait for ever.
          if (reason === 'stopped') void kept.cancelAll(environment, app).catch(onDefect);
          refreshSchedules();
          lines.onStopped(environment, app);
        },
        onLog: (app, entry) => lines.onLog(app, entry),
        onWait: (app, event) => lines.onWait(app, event),
        onImage: (app, event) => lines.onImage(app, event),
        onContainer: (app, event) => lines.onContainer(app, event),
      },
    });
  });
  const ephemeral = stack.use(new EphemeralApps({ calls: store.calls, hosted: () => apps.opened, onDefect }));
  const schedules = lazyService(stack, async () => {
    const { openSchedules } = await import('./open-schedules.ts');
    return openSchedules({ store, calls: await calls.get(), onDefect });
  });
  const watchSchedules = () => void schedules.get().then((opened) => opened.refresh(), onDefect);
  const refreshSchedules = () => void schedules.opened?.refresh().catch(onDefect);
  const reachable = options.reachable ?? { find: (...place) => apps.opened?.find(...place) };
  const outside = (environment: string, kept: DurableCalls) =>
    new EnvironmentCalls(environment, reachable, store.deployments, kept);
  let restored: Promise<void> | undefined;
  const restore = async () => {
    const records = await store.deployments.apps();
    if (records.some(({ state }) => state === 'deployed')) await (await apps.get()).restore();
  };
  const settled = async () => restored?.catch(() => {});
  return {
    settled,
    ...{ dataFolder, store, blobs, secrets, environments, calls, logs, apps, schedules, ending },
    async callsOf(environment) {
      // Whoever calls right after a start finds the apps that ran before.
      await settled();
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
    restore() {
      restored ??= restore();
      return restored;
    },
    end: () => ender.abort(serverEnding()),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
