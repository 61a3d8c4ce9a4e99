/**
 * Ports of the scheduler: what it needs of containers, so that it runs against fakes in tests.
 *
 * It sees a container as something that becomes ready, takes calls in order, answers each, and ends once.
 */
import type { ExecListener, ExecRequest, RunningExec } from '../../protocol/exec.ts';
import type { FunctionManifest } from '../../protocol/manifest.ts';

/** What the containers of one pool have in common. */
export interface PoolSpec {
  /** Equal for targets that share their containers. */
  readonly key: string;
  /** The key without what tells one version of an app from the next. */
  readonly target?: string;
  readonly fn: FunctionManifest;
  /** Constructor arguments of a class, an encoded list; empty for a function. */
  readonly parameters: Uint8Array;
  /** What `withOptions` changed. */
  readonly overrides?: unknown;
  /** What its containers are made of: the launcher's to know. */
  readonly made?: unknown;
  /** One of any number of its kind: it is forgotten when nothing is in it. Default: false. */
  readonly transient?: boolean;
}

/** Starts containers of one app. */
export interface Launcher {
  /** Whether its containers can be frozen; without, `whenIdle: 'freeze'` stops them. */
  readonly freezes: boolean;
  /** Begins to start a container and returns at once; how it goes is told to the listener. */
  launch(spec: PoolSpec, listener: RunnerEvents): Runner;
}

/** One container, starting or serving. */
export interface Runner {
  /** `ct-…` */
  readonly id: string;
  /** Hands it a call; it runs after those handed over before, as many at a time as the function allows. */
  submit(call: DispatchedCall): void;
  /** Hands it calls of one method that run as one. */
  submitBatch(calls: readonly DispatchedCall[]): void;
  /** Lets a generator send that many further values. */
  credit(call: number, count: number): void;
  /** Asks the code of a call to stop; the call still answers. */
  cancel(call: number): void;
  /** Asks for a sign of life: `onAlive` follows, unless its event loop is blocked. */
  ping(): void;
  /** Halts it where it is; it must hold no call. */
  freeze(): void;
  /** Lets it go on. Calls can be handed over at once. */
  thaw(): void;
  /** The answer of a call is stored, or of no use to anybody: a runner that keeps it need not any longer. */
  acknowledge(call: number): void;
  /** Ends it in order: it answers what it holds, runs its exit hook, and ends. */
  stop(): void;
  /** Ends it at once. */
  kill(): void;
  /** Runs a command beside its calls. Rejects where that cannot be done. */
  exec?(request: ExecRequest, listener: ExecListener): Promise<RunningExec>;
}

/** What a container holds that an earlier process started. */
export interface HeldCalls {
  /** Numbers of the calls that run, those of a batch together, and of those that have not begun. */
  readonly running: readonly (readonly number[])[];
  readonly waiting: readonly (readonly number[])[];
  /** The highest number that a call had. */
  readonly lastCall: number;
}

/** Where a call is found in a container that was adopted. */
export interface CallPlace {
  readonly number: number;
  readonly attempt: number;
  /** For how long it has been running, in ms. */
  readonly elapsedMs: number;
}

export interface DispatchedCall {
  /** Its number on the channel of this container. */
  readonly number: number;
  readonly id: string;
  readonly attempt: number;
  /** Of a class; empty for a function. */
  readonly method: string;
  readonly payload: Uint8Array;
  /** Values that a generator may send before its reader took any; 0 for a call that returns. */
  readonly credit: number;
}

/** Told what a container does, in order; `onEnd` comes last and exactly once. */
export interface RunnerEvents {
  onReady(): void;
  onAnswer(answer: Answer): void;
  /** A generator's next value. */
  onValue(call: number, bytes: Uint8Array): void;
  onAlive(): void;
  /** Its code asks for no further calls. */
  onLeave(): void;
  onEnd(end: RunnerEnd): void;
}

/** How a call went in a container. The bytes are an encoded value or error. */
export interface Answer {
  readonly number: number;
  readonly ok: boolean;
  readonly bytes: Uint8Array;
  readonly durationUs: number;
}

/** How a container ended. */
export type RunnerEnd =
  /** It never served, and none like it would: the app's module could not be imported, the image lacks Node. */
  | { readonly kind: 'start-failed'; readonly error: unknown }
  /** The host could not start it now: the engine is away, or busy. It may later. */
  | { readonly kind: 'start-refused'; readonly error: unknown }
  | {
      readonly kind: 'exited';
      readonly code: number;
      readonly outOfMemory: boolean;
      readonly lastOutput: string;
    }
  /** It was taken away: frozen or removed by somebody else, or the connection to it broke. */
  | { readonly kind: 'lost'; readonly reason: string };
