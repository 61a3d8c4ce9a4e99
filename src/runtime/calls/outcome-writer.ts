/**
 * Settles calls in the store, as many in one write as came about while the one before was on its way.
 *
 * Invariants
 * - `settle` resolves when the outcome is durable, to whether it was the first of its call; it does not reject: where the
 *   disk is full, the outcome waits until it is not
 */
import type { CallRecords, StoredOutcome } from '../store/call-records.ts';

type Settling = StoredOutcome & { readonly id: string };

interface Waiting {
  readonly outcome: Settling;
  resolve(isFirst: boolean): void;
}

/** Outcomes in one write. */
const MAX_TOGETHER = 2048;

/** Before a write that failed is tried again. */
const PAUSE_MS = 1000;

export class OutcomeWriter {
  readonly #records: Pick<CallRecords, 'settle'>;
  readonly #onDefect: (error: unknown) => void;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;
  #closed = false;

  /** @param onDefect told of a write that failed */
  constructor(records: Pick<CallRecords, 'settle'>, onDefect: (error: unknown) => void) {
    this.#records = records;
    this.#onDefect = onDefect;
  }

  settle(outcome: Settling): Promise<boolean> {
    return new Promise((resolve) => {
      this.#waiting.push({ outcome, resolve });
      this.#writing ??= this.#writeAll();
    });
  }

  /** Writes what waits, and tries nothing again from now on. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    // What settles in this very turn goes along.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, MAX_TOGETHER);
      try {
        const settled = new Set(await this.#records.settle(batch.map(({ outcome }) => outcome)));
        for (const { outcome, resolve } of batch) resolve(settled.has(outcome.id));
      } catch (error) {
        this.#onDefect(error);
        if (this.#closed) break;
        this.#waiting.unshift(...batch);
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS).unref());
      }
    }
    this.#writing = undefined;
  }
}
