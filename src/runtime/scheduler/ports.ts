/**
 * Ports of the scheduler: what it needs of containers, so that it runs against fakes in tests.
 *
 * It sees a container as something that becomes ready, takes calls in order, answers each, and ends once.
 */
import type { FunctionManifest } from '../../protocol/manifest.ts';

/** Starts containers of one app. */
export interface Launcher {
  /** Begins to start a container and returns at once; how it goes is told to the listener. */
  launch(fn: FunctionManifest, listener: RunnerEvents): Runner;
}

/** One container, starting or serving. */
export interface Runner {
  /** `ct-…` */
  readonly id: string;
  /** Hands it a call; it runs after those handed over before. */
  submit(call: DispatchedCall): void;
  /** Asks the code of a call to stop; the call still answers. */
  cancel(call: number): void;
  /** Ends it at once. */
  kill(): void;
}

export interface DispatchedCall {
  /** Its number on the channel. */
  readonly number: number;
  readonly id: string;
  readonly attempt: number;
  readonly payload: Uint8Array;
}

/** Told what a container does, in order; `onEnd` comes last and exactly once. */
export interface RunnerEvents {
  onReady(): void;
  onAnswer(answer: Answer): void;
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
  /** It never served: the host refused it, or the app's module could not be imported. */
  | { readonly kind: 'start-failed'; readonly error: unknown }
  | {
      readonly kind: 'exited';
      readonly code: number;
      readonly outOfMemory: boolean;
      readonly lastOutput: string;
    };
