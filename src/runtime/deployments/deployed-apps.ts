/**
 * Keeps the apps of a server running: deploys, rolls back, stops, and starts them again with the server.
 *
 * One order of events holds for every change: everything is prepared, then the version is published in one step of the
 * store, then the app swaps to it. Killed at any moment, a server comes back with the version that was published last.
 */
import path from 'node:path';
import type { ControlPlane } from '../../protocol/control-plane.ts';
import type { DeployEvent, DeployOutcome, DeployPlan, DeployRequest } from '../../protocol/deployment.ts';
import type { InvocationHost } from '../../protocol/invocation.ts';
import type { Cancel, Clock } from '../../shared/clock.ts';
import type { BlobFolder } from '../blobs/blob-folder.ts';
import { environmentNotFound } from '../secrets/secret-errors.ts';
import type { SecretVault } from '../secrets/secret-vault.ts';
import type { DeploymentRecord } from '../store/deployment-records.ts';
import type { Store } from '../store/store.ts';
import { AppRequests } from './app-requests.ts';
import { AppVersions, type VersionChange } from './app-versions.ts';
import { BrokenApps } from './broken-apps.ts';
import { ChangeLocks } from './change-locks.ts';
import { collectGarbage, KEPT_FOR_MS } from './collect-garbage.ts';
import { appStopped } from './deploy-errors.ts';
import { type AppPlace, DeploymentSecrets } from './deployment-secrets.ts';
import type { AppStatus, ChangeOptions, HostedApp, HostedAppListener, HostedApps } from './hosted-apps.ts';
import { LaidOutTrees } from './laid-out-trees.ts';
import { keyOf, ServingApps } from './serving-apps.ts';

/** Apps that start at the same time with the server. */
const STARTS_AT_A_TIME = 4;
/** How long calls may go on when the server ends in order, in ms: as long as requests may. */
const DRAIN_MS = 8_000;

export interface DeployedAppsOptions {
  readonly dataFolder: string;
  readonly store: Store;
  readonly vault: SecretVault;
  readonly blobs: BlobFolder;
  readonly clock: Clock;
  readonly listener?: HostedAppListener;
  /** Asked when the first app is needed. The engine is closed with the apps. */
  openEngine(): Promise<ControlPlane>;
  /** What calls of code in an app's containers reach beside the app itself. */
  outside?(app: AppPlace): InvocationHost;
}

export class DeployedApps implements HostedApps {
  readonly #store: Store;
  readonly #blobs: BlobFolder;
  readonly #locks = new ChangeLocks();
  readonly #broken: BrokenApps;
  readonly #serving: ServingApps;
  readonly #versions: AppVersions;
  readonly #trees: LaidOutTrees;
  readonly #clock: Clock;
  #stopCollecting: Cancel = () => {};
  #closed = false;

  constructor(options: DeployedAppsOptions) {
    const { dataFolder, store, vault, blobs, clock, listener = {}, outside } = options;
    this.#store = store;
    this.#blobs = blobs;
    this.#broken = new BrokenApps(clock);
    this.#serving = new ServingApps(() => options.openEngine(), listener);
    this.#clock = clock;
    const trees = new LaidOutTrees(path.join(dataFolder, 'trees'), blobs);
    this.#trees = trees;
    this.#versions = new AppVersions({
      records: store.deployments,
      secrets: new DeploymentSecrets(vault),
      requests: new AppRequests(blobs, trees, outside?.bind(options)),
      serving: this.#serving,
    });
  }

  async restore(): Promise<void> {
    const records = await this.#store.deployments.apps();
    const queue = records.filter(({ state }) => state === 'deployed').values();
    const startNext = async (): Promise<void> => {
      // Each of these loops takes from the same iterator: together they start every app once.
      for (const { environment, name } of queue) await this.#bringUp({ environment, app: name });
    };
    await Promise.all(Array.from({ length: STARTS_AT_A_TIME }, startNext));
    await this.#discardUnclaimed();
    this.#collectDaily();
  }

  /** Removes what no version names; by itself once a day. A failure is no reason to serve nothing: the next day is another. */
  async collectGarbage(olderThan = Date.now() - KEPT_FOR_MS): Promise<void> {
    await collectGarbage({ store: this.#store, blobs: this.#blobs, trees: this.#trees }, olderThan);
  }

  #collectDaily(): void {
    if (this.#closed) return;
    this.collectGarbage().catch(() => {});
    this.#stopCollecting = this.#clock.after(KEPT_FOR_MS, () => this.#collectDaily());
  }

  async missing(digests: readonly string[]) {
    return { missing: this.#blobs.missing(digests) };
  }

  async deploy(
    request: DeployRequest,
    progress: (event: DeployEvent) => void = () => {},
    signal?: AbortSignal,
  ): Promise<DeployOutcome> {
    const { environment, manifest, meta, strategy = 'rolling' } = request;
    await this.#checkEnvironment(environment);
    const options = { by: meta.deployedBy, progress, strategy, ...(signal !== undefined && { signal }) };
    return this.#change({ environment, app: manifest.app }, 'a deploy', options, (change) =>
      this.#versions.deploy(request, change),
    );
  }

  async plan(request: DeployRequest): Promise<DeployPlan> {
    await this.#checkEnvironment(request.environment);
    return this.#versions.plan(request);
  }

  rollback(environment: string, app: string, version: number | undefined, options: ChangeOptions) {
    return this.#change({ environment, app }, 'a rollback', options, (change) =>
      this.#versions.rollback(version, change),
    );
  }

  rollover(environment: string, app: string, options: ChangeOptions) {
    return this.#change({ environment, app }, 'a rollover', options, (change) => {
      const serving = this.find(environment, app);
      if (serving === undefined) throw appStopped(app);
      return this.#versions.bringUp(serving.deployment, change);
    });
  }

  async stop(
    environment: string,
    app: string,
    { by, drain = false, signal }: ChangeOptions & { readonly drain?: boolean },
  ): Promise<boolean> {
    const place = { environment, app };
    using _lock = this.#locks.take(keyOf(place), app, 'a stop', by);
    const stopped = await this.#store.deployments.stop(environment, app, Date.now());
    this.#broken.forget(keyOf(place));
    await this.#serving.end(place, 'stopped', { drain, ...(signal !== undefined && { signal }) });
    return stopped;
  }

  find(environment: string, app: string): HostedApp | undefined {
    return this.#serving.find({ environment, app });
  }

  running(): readonly HostedApp[] {
    return this.#serving.all();
  }

  async list(environment?: string): Promise<readonly AppStatus[]> {
    const { deployments } = this.#store;
    const records = await deployments.apps(environment);
    return Promise.all(
      records.map(async (record): Promise<AppStatus> => {
        const place = { environment: record.environment, app: record.name };
        const deployment = await deployments.deployment(place.environment, place.app, record.version);
        if (record.state === 'stopped') return { record, state: 'stopped', deployment };
        if (this.#serving.find(place) !== undefined) return { record, state: 'running', deployment };
        const problem = this.#broken.problem(keyOf(place));
        return problem === undefined
          ? { record, state: 'starting', deployment }
          : { record, state: 'broken', problem, deployment };
      }),
    );
  }

  history(environment: string, app: string): Promise<readonly DeploymentRecord[]> {
    return this.#store.deployments.history(environment, app);
  }

  async close(options?: { readonly drain?: boolean; readonly signal?: AbortSignal }): Promise<void> {
    this.#closed = true;
    this.#stopCollecting();
    this.#broken.forgetAll();
    await this.#serving.close(options);
  }

  /** In order: what runs may finish, for a while. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close({ drain: true, signal: AbortSignal.timeout(DRAIN_MS) });
  }

  /** Ends what an earlier process left of apps that are stopped. Those of one that could not start yet are waited for. */
  async #discardUnclaimed(): Promise<void> {
    const apps = await this.#store.deployments.apps();
    const deployed = new Set(
      apps.flatMap(({ environment, name, state }) =>
        state === 'deployed' ? [keyOf({ environment, app: name })] : [],
      ),
    );
    const engine = await this.#serving.engine();
    // A failure leaves them there: they end by themselves one day.
    await engine.discardUnclaimed((place) => !deployed.has(keyOf(place))).catch(() => {});
  }

  async #checkEnvironment(environment: string): Promise<void> {
    const { environments } = this.#store;
    if ((await environments.get(environment)) !== undefined) return;
    const known = await environments.list();
    throw environmentNotFound(
      environment,
      known.map(({ name }) => name),
    );
  }

  async #change(
    place: AppPlace,
    what: string,
    { by, strategy = 'rolling', signal, progress = () => {} }: ChangeOptions,
    run: (change: VersionChange) => Promise<DeployOutcome>,
  ): Promise<DeployOutcome> {
    using _lock = this.#locks.take(keyOf(place), place.app, what, by);
    const outcome = await run({ place, by, strategy, progress, signal });
    this.#broken.forget(keyOf(place));
    return outcome;
  }

  /** Starts an app in the version that was published last; one that cannot start is tried again later. */
  async #bringUp(place: AppPlace): Promise<void> {
    const key = keyOf(place);
    if (this.#closed || this.#locks.isHeld(key) || this.#serving.find(place) !== undefined) return;
    using _lock = this.#locks.take(key, place.app, 'the start', 'the server');
    try {
      const record = await this.#store.deployments.app(place.environment, place.app);
      if (record?.state !== 'deployed') return this.#broken.forget(key);
      const deployment = await this.#store.deployments.deployment(
        place.environment,
        place.app,
        record.version,
      );
      const change = {
        place,
        by: 'the server',
        strategy: 'rolling',
        progress: () => {},
        signal: undefined,
      } as const;
      await this.#versions.bringUp(deployment as DeploymentRecord, change);
      this.#broken.forget(key);
    } catch (error) {
      if (!this.#closed) this.#broken.add(key, error, () => void this.#bringUp(place));
    }
  }
}
