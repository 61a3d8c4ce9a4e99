/**
 * Reads a generator that runs in a container, with back-pressure: values are asked for as they are taken.
 *
 * Invariants
 * - at most WINDOW values are on their way or waiting here
 * - values that came before a failure are given out before it is thrown
 * - ending the reading early ends the generator in its container, and waits for its `finally` blocks
 */
import { decodeValue } from '../../protocol/value-codec.ts';
import { within } from '../containers/within.ts';
import type { CallOutcome } from '../scheduler/call.ts';

/** How far a generator may run ahead of its reader: enough to hide the way there and back at 100,000 values a second. */
export const WINDOW = 256;

/** How long `finally` blocks may take, in ms; the container is ended then (function-pool.ts). */
const FINALLY_MS = 3000;

/** What the reader needs of the call. */
export interface StreamedCall {
  /** Lets that many further values come. */
  credit(count: number): void;
  cancel(): void;
  /** Resolves when no container holds it any more. */
  released(): Promise<void>;
  /** The error of an outcome that is one. */
  errorOf(outcome: CallOutcome & { ok: false }): unknown;
}

export class StreamValues {
  #values: Uint8Array[] = [];
  #outcome: CallOutcome | undefined;
  #wake: (() => void) | undefined;

  push(bytes: Uint8Array): void {
    this.#values.push(bytes);
    this.#wake?.();
  }

  settle(outcome: CallOutcome): void {
    this.#outcome = outcome;
    this.#wake?.();
  }

  /** What the caller reads. */
  read(call: StreamedCall): AsyncGenerator<unknown, unknown, undefined> {
    const values = this.#read(call);
    const end = async () => {
      if (this.#outcome !== undefined) return;
      call.cancel();
      await within(call.released(), FINALLY_MS);
    };
    const [returning, throwing] = [values.return.bind(values), values.throw.bind(values)];
    // A generator that was never begun has no `finally` of its own that could end the call.
    return Object.assign(values, {
      return: async (value?: unknown) => {
        await end();
        return returning(value as undefined);
      },
      throw: async (error?: unknown) => {
        await end();
        return throwing(error);
      },
    });
  }

  async *#read(call: StreamedCall): AsyncGenerator<unknown, unknown, undefined> {
    let taken = 0;
    for (;;) {
      const batch = this.#values;
      this.#values = [];
      for (const bytes of batch) {
        if (++taken === WINDOW / 2) {
          call.credit(taken);
          taken = 0;
        }
        yield decodeValue(bytes);
      }
      if (this.#values.length > 0) continue;
      const outcome = this.#outcome;
      if (outcome?.ok) return decodeValue(outcome.bytes);
      if (outcome !== undefined) throw call.errorOf(outcome);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
  }
}
