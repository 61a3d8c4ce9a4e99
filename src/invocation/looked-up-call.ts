/**
 * A call that goes on by itself at the other end of a channel: its result is asked for when somebody wants it.
 *
 * Invariants
 * - it is looked for once, and not before it is accepted
 * - a rejection that nobody looks at ends no process
 */
import type { CancelOptions, SubmittedCall } from '../sdk/invoker.ts';

/** A request for the result of a call, on its way. */
export interface Lookup {
  readonly result: Promise<unknown>;
  /** Resolves when it is known whether there is a result. */
  readonly known: Promise<void>;
  cancel(options?: CancelOptions): void;
  awaited(): void;
}

export class LookedUpCall implements SubmittedCall {
  readonly accepted: Promise<void> | undefined;
  readonly #look: (id: string) => Lookup;
  #id: string;
  #lookup: Promise<Lookup> | undefined;
  #result: Promise<unknown> | undefined;

  /** @param accepted its final id, once it is accepted; left out for one that was accepted long ago */
  constructor(id: string, look: (id: string) => Lookup, accepted?: Promise<string>) {
    this.#id = id;
    this.#look = look;
    this.accepted = accepted?.then((final) => {
      this.#id = final;
    });
    this.accepted?.catch(() => {});
  }

  get id(): string {
    return this.#id;
  }

  get result(): Promise<unknown> {
    if (this.#result === undefined) {
      this.#result = this.#looked().then((lookup) => lookup.result);
      this.#result.catch(() => {});
    }
    return this.#result;
  }

  cancel(options?: CancelOptions): void {
    this.#looked().then(
      (lookup) => lookup.cancel(options),
      () => {},
    );
  }

  awaited(): void {
    this.#looked().then(
      (lookup) => lookup.awaited(),
      () => {},
    );
  }

  async looked(): Promise<void> {
    await this.#looked().then(
      (lookup) => lookup.known,
      () => {},
    );
  }

  #looked(): Promise<Lookup> {
    this.#lookup ??= (this.accepted ?? Promise.resolve()).then(() => {
      const lookup = this.#look(this.#id);
      lookup.result.catch(() => {});
      return lookup;
    });
    return this.#lookup;
  }
}
