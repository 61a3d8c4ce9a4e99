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
import type { AppManifest } from './manifest.ts';
import type { LogSource } from './runner-messages.ts';

export interface ControlPlane extends AsyncDisposable {
  /** One line on what this way of running leaves out, for the user; undefined where it leaves out nothing. */
  readonly notice: string | undefined;
  /** Builds what the app needs and makes it ready for calls, until it is closed. */
  startApp(request: AppRequest, listener: AppListener): Promise<StartedApp>;
  close(): Promise<void>;
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
  /** Ends the preparation: a build, a pull. */
  readonly signal?: AbortSignal;
}

/** Told what an app does. */
export interface AppListener {
  onLog(entry: LogEntry): void;
  onImage(event: ImageEvent): void;
  /** Calls wait for long: told once, and again when the reason changes. */
  onWait?(event: WaitEvent): void;
}

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
  /** What happened so far. */
  stats(): AppStats;
  close(): Promise<void>;
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
