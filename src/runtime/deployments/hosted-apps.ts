/**
 * Port: the apps that a server keeps running, each in the version that was deployed last.
 *
 * Invariants
 * - a version serves from the moment it is published, and stays published when the server ends
 * - whatever fails in a deploy, the version that served goes on serving
 * - one change of an app at a time
 */
import type {
  ContainerEvent,
  ImageEvent,
  LogEntry,
  StartedApp,
  WaitEvent,
} from '../../protocol/control-plane.ts';
import type {
  DeployEvent,
  DeployOutcome,
  DeployPlan,
  DeployRequest,
  DeployStrategy,
  MissingBlobs,
} from '../../protocol/deployment.ts';
import type { AppRecord, DeploymentRecord } from '../store/deployment-records.ts';
import type { AppPlace } from './deployment-secrets.ts';

/** An app that serves. */
export interface HostedApp {
  readonly environment: string;
  readonly app: string;
  readonly deployment: DeploymentRecord;
  readonly started: StartedApp;
}

/** How a deployed app is doing. */
export interface AppStatus {
  readonly record: AppRecord;
  /** `broken`: it could not be started; it is tried again. */
  readonly state: 'running' | 'starting' | 'broken' | 'stopped';
  /** Why it is broken. */
  readonly problem?: { readonly code: string; readonly message: string };
  readonly deployment: DeploymentRecord | undefined;
}

/** Who asks for a change: shown to whoever wants to make another at the same time. */
export interface ChangeOptions {
  readonly by: string;
  readonly strategy?: DeployStrategy;
  readonly signal?: AbortSignal;
  progress?(event: DeployEvent): void;
}

export interface HostedApps extends AsyncDisposable {
  /** Starts every deployed app. One that cannot start is tried again later, and stops no other. */
  restore(): Promise<void>;
  /** Which of these blobs a deploy would have to bring. Asks also for the files of trees that are there. */
  missing(digests: readonly string[]): Promise<MissingBlobs>;
  /**
   * @throws RefusedError DEPLOY_RUNNING, DEPLOY_INCOMPLETE (blobs are missing), DEPLOY_CONFLICT; what building an image
   *   and starting a container throw
   */
  deploy(
    request: DeployRequest,
    progress?: (event: DeployEvent) => void,
    signal?: AbortSignal,
  ): Promise<DeployOutcome>;
  /** What a deploy would do. It changes nothing. */
  plan(request: DeployRequest): Promise<DeployPlan>;
  /** Publishes an earlier version again, by default the one before; as a new version. */
  rollback(
    environment: string,
    app: string,
    version: number | undefined,
    options: ChangeOptions,
  ): Promise<DeployOutcome>;
  /** New containers of the same version. */
  rollover(environment: string, app: string, options: ChangeOptions): Promise<DeployOutcome>;
  /** Stops an app: no calls are taken any more, and its containers end. False where it is stopped already. */
  stop(
    environment: string,
    app: string,
    options: ChangeOptions & { readonly drain?: boolean },
  ): Promise<boolean>;
  /** The app, where it serves now. */
  find(environment: string, app: string): HostedApp | undefined;
  /** Those that serve now. */
  running(): readonly HostedApp[];
  /** All that were ever deployed. */
  list(environment?: string): Promise<readonly AppStatus[]>;
  history(environment: string, app: string): Promise<readonly DeploymentRecord[]>;
  /** Ends all apps, without stopping them for good: `restore` starts them again. */
  close(options?: { readonly drain?: boolean; readonly signal?: AbortSignal }): Promise<void>;
}

/** Told when an app begins and ceases to serve. */
export interface HostedAppListener {
  /** It serves, in this version, from now on; after `restore`, a deploy and each update. */
  onServing?(app: HostedApp): void;
  /** It serves no more: somebody stopped it for good, or the server ends and will start it again. */
  onStopped?(environment: string, app: string, reason: 'stopped' | 'closing'): void;
  /** Something that a function printed, while the app starts included. */
  onLog?(app: AppPlace, entry: LogEntry): void;
  /** Calls wait for long. */
  onWait?(app: AppPlace, event: WaitEvent): void;
  /** An image is built or fetched for it. */
  onImage?(app: AppPlace, event: ImageEvent): void;
  /** A container begins, serves, or is gone. */
  onContainer?(app: AppPlace, event: ContainerEvent): void;
}
