/**
 * Port: the control plane, as commands and other programs see it.
 *
 * The engine implements it in this process. Commands know nothing else of the runtime, so that the same
 * command can talk to a server later.
 *
 * Invariants
 * - closing an app settles its calls and leaves no container of it; closing the control plane closes its apps
 */
import type { Invoker } from '../sdk/invoker.ts';
import type { Bundle } from './bundle.ts';
import type { ExecListener, ExecRequest, RunningExec } from './exec.ts';
import type { EncodedCalls, InvocationHost } from './invocation.ts';
import type { AppManifest } from './manifest.ts';
import type { LogSource } from './runner-messages.ts';

export interface ControlPlane extends AsyncDisposable {
  /** One line on what this way of running leaves out, for the user; undefined where it leaves out nothing. */
  readonly notice: string | undefined;
  /** Builds what the app needs and makes it ready for calls, until it is closed. */
  startApp(request: AppRequest, listener: AppListener): Promise<StartedApp>;
  /** What the app would be made of, without making it, by function. */
  planApp(request: AppRequest): Promise<ReadonlyMap<string, PlannedPart>>;
  close(): Promise<void>;
  /**
   * Ends what this process holds, and leaves the containers of deployed apps to the next process of the same server. Where the
   * backend cannot leave them it is `close`.
   */
  leave(): Promise<void>;
  /** Ends the containers that an earlier process left, no started app took back, and nobody wants. */
  discardUnclaimed(
    isUnwanted: (place: { readonly environment: string; readonly app: string }) => boolean,
  ): Promise<void>;
}

export interface AppRequest {
  readonly manifest: AppManifest;
  /** Where its stored secrets are. */
  readonly environment: string;
  /** Values of the secrets that the app brings along, by the id of their reference. Never printed, never stored. */
  readonly localSecrets?: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** The code for a function's containers; asked once for each function that has its own image. */
  bundleFor(functionName: string): Bundle | Promise<Bundle>;
  /** Functions that are about to be called, probably: a container of each is started while the rest is prepared. */
  readonly expected?: readonly string[];
  /** What code in containers reaches besides this app: other apps, and calls that are kept for good. */
  readonly outside?: InvocationHost;
  /** Images to build or to fetch although they are there. `forced`: where a step says so; default: as `lifetime` is ephemeral. */
  readonly rebuild?: {
    readonly noCache?: boolean;
    readonly pull?: boolean;
    readonly forced?: boolean;
  };
  /** Ends the preparation: a build, a pull. */
  readonly signal?: AbortSignal;
  /**
   * An app of a run is over soon, and fails calls whose containers do not start; a deployed one waits ever longer between
   * two starts. Default: `ephemeral`.
   */
  readonly lifetime?: 'ephemeral' | 'deployed';
}

/** Told what an app does. */
export interface AppListener {
  onLog(entry: LogEntry): void;
  onImage(event: ImageEvent): void;
  /** Calls wait for long: told once, and again when the reason changes. */
  onWait?(event: WaitEvent): void;
  /** A container begins, serves, or is gone; after all that it printed. */
  onContainer?(event: ContainerEvent): void;
}

/** What became of a container. */
export type ContainerEvent =
  | { readonly kind: 'starting'; readonly id: string; readonly functionName: string }
  | {
      readonly kind: 'ready';
      readonly id: string;
      readonly functionName: string;
      /** Since it began to start. */
      readonly durationMs: number;
    }
  | {
      readonly kind: 'ended';
      readonly id: string;
      readonly functionName: string;
      /** As a person says it: "it was idle", "it ran out of memory". */
      readonly reason: string;
    };

/** Calls of a function wait for a container. */
export interface WaitEvent {
  readonly functionName: string;
  /** As a person says it: "maxContainers 4 reached". */
  readonly reason: string;
  /** How many wait. */
  readonly calls: number;
}

/** Something that a function printed; not necessarily whole lines. */
export interface LogEntry {
  readonly functionName: string;
  /** `fc-…`, where it can be told. */
  readonly callId: string | undefined;
  readonly containerId: string;
  readonly source: LogSource;
  readonly bytes: Uint8Array;
}

/** Progress of an image that has to be built or fetched; unchanged images have none. */
export type ImageEvent =
  /** Will be built or fetched; told of all such images before the first is started. */
  | { readonly kind: 'missing'; readonly image: string }
  | { readonly kind: 'started'; readonly image: string; readonly action: 'build' | 'pull' }
  /** A step began, or printed something. */
  | { readonly kind: 'progress'; readonly image: string; readonly step: boolean; readonly text: string }
  | { readonly kind: 'finished'; readonly image: string; readonly durationMs: number }
  | { readonly kind: 'failed'; readonly image: string };

export interface StartedApp extends AsyncDisposable {
  /** What each distinct image took. */
  readonly images: readonly ImageReport[];
  readonly invoker: Invoker;
  /** The same functions for calls from other processes. */
  readonly encoded: EncodedCalls;
  /** What runs each function now. */
  readonly parts: ReadonlyMap<string, FunctionPart>;
  /** What happened so far. */
  stats(): AppStats;
  /**
   * Takes over another version of the app, without losing a call: functions whose fingerprint is the same keep their
   * containers. Nothing changes where it rejects: an image that cannot be built, a new container that does not start.
   *
   * Rolling: where a function has containers, a new one is ready before calls go there; the old ones finish what they
   * run and end. Recreate: the old ones end first, and what ran there runs again.
   */
  update(request: AppRequest, options: UpdateOptions): Promise<UpdateReport>;
  /** Containers that are there now, those that end included. */
  containers(): readonly ContainerInfo[];
  /** Ends a container: when what it runs is done, or at once; calls then run again elsewhere. False where there is none. */
  stopContainer(id: string, options: { readonly graceful: boolean }): boolean;
  /** Every call that an earlier process accepted was handed in with `resumed`: others that its containers hold are nobody's. */
  allResumed(): void;
  /** Runs a command in a container. Rejects with CONTAINER_NOT_FOUND, CONTAINER_STARTING, and what its host says. */
  execIn(id: string, request: ExecRequest, listener: ExecListener): Promise<RunningExec>;
  /** Ends the app. With `drain`, calls that run and wait are finished first, until the signal says not to. */
  close(options?: CloseOptions): Promise<void>;
}

export interface CloseOptions {
  /** Default: false, which cancels them. */
  readonly drain?: boolean;
  readonly signal?: AbortSignal;
}

/** What a function's containers are made of. */
export interface FunctionPart {
  /** Reference of its image on the host; empty where it runs in none. */
  readonly image: string;
  /** Digest of its bundle. */
  readonly bundle: string;
  /** Changes with everything that its containers are made of. */
  readonly fingerprint: string;
}

export interface PlannedPart extends FunctionPart {
  /** The host lacks its image. */
  readonly isMissing: boolean;
}

export interface UpdateOptions {
  readonly strategy: 'rolling' | 'recreate';
  /** Also replaces containers of functions that did not change. Default: false. */
  readonly fresh?: boolean;
  /** In place of the app's own listener. */
  onImage?(event: ImageEvent): void;
  /** A function's first new container starts, or is ready. */
  onStart?(functionName: string, state: 'starting' | 'ready'): void;
  /** Everything is ready and nothing has changed yet. Where it rejects, nothing does. */
  beforeSwap?(parts: ReadonlyMap<string, FunctionPart>): Promise<void>;
}

/** Names of functions, by what became of their containers. */
export interface UpdateReport {
  readonly kept: readonly string[];
  readonly replaced: readonly string[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly images: readonly ImageReport[];
}

/** A container, as people look at it. */
export interface ContainerInfo {
  /** `ct-…` */
  readonly id: string;
  readonly functionName: string;
  readonly state: 'starting' | 'ready' | 'frozen' | 'stopping' | 'ending';
  /** It belongs to a version that is replaced: it finishes what it runs. */
  readonly draining: boolean;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** Calls that it runs. */
  readonly running: number;
}

export interface ImageReport {
  /** Reference on the host. */
  readonly tag: string;
  /** Whether this start built it. */
  readonly built: boolean;
}

export interface AppStats {
  readonly calls: { readonly succeeded: number; readonly failed: number };
  /** Containers started. */
  readonly containers: number;
}
