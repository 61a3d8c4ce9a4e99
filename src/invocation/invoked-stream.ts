/**
 * What a generator in another container yields, read from inside this one.
 *
 * Invariants
 * - at most WINDOW values are on the way or wait here; reading them gives room for more
 * - leaving early cancels the call, and waits until its generator has ended
 */
import { decodeValue } from '../protocol/value-codec.ts';

/** How many values the generator runs ahead of its reader. */
const WINDOW = 64;

export interface StreamControl {
  addCredit(count: number): void;
  cancel(): void;
}

type Step = IteratorResult<unknown, unknown>;

export class InvokedStream implements AsyncGenerator<unknown, unknown, undefined> {
  readonly #control: StreamControl;
  /** Values that wait for a reader, and readers that wait for a value: never both. */
  readonly #values: Uint8Array[] = [];
  readonly #readers: { resolve(step: Step): void; reject(error: unknown): void }[] = [];
  #settled: { readonly ok: boolean; readonly value: unknown } | undefined;
  #onSettled: (() => void) | undefined;
  /** Values read since credit was last given. */
  #read = WINDOW;
  #left = false;

  constructor(control: StreamControl) {
    this.#control = control;
  }

  onValue(payload: Uint8Array): void {
    if (this.#left) return;
    const reader = this.#readers.shift();
    if (reader === undefined) this.#values.push(payload);
    else reader.resolve(this.#taken(payload));
  }

  onSettled(ok: boolean, value: unknown): void {
    this.#settled = { ok, value };
    this.#onSettled?.();
    for (const reader of this.#readers.splice(0)) this.#end().then(reader.resolve, reader.reject);
  }

  next(): Promise<Step> {
    const payload = this.#values.shift();
    if (payload !== undefined) return Promise.resolve(this.#taken(payload));
    if (this.#left) return Promise.resolve({ done: true, value: undefined });
    if (this.#settled !== undefined) return this.#end();
    this.#giveCredit();
    return new Promise((resolve, reject) => this.#readers.push({ resolve, reject }));
  }

  async return(value: unknown): Promise<Step> {
    const unfinished = this.#settled === undefined;
    this.#left = true;
    this.#values.length = 0;
    if (unfinished) {
      const settled = new Promise<void>((resolve) => {
        this.#onSettled = resolve;
      });
      this.#control.cancel();
      await settled;
    }
    return { done: true, value: await value };
  }

  async throw(error: unknown): Promise<Step> {
    await this.return(undefined);
    throw error;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return(undefined);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #taken(payload: Uint8Array): Step {
    this.#read++;
    if (this.#read * 2 >= WINDOW) this.#giveCredit();
    return { done: false, value: decodeValue(payload) };
  }

  #giveCredit(): void {
    if (this.#read === 0 || this.#settled !== undefined) return;
    this.#control.addCredit(this.#read);
    this.#read = 0;
  }

  /** The end that the generator came to: told once, and finished from then on. */
  async #end(): Promise<Step> {
    const { ok, value } = this.#settled as { ok: boolean; value: unknown };
    const first = !this.#left;
    this.#left = true;
    if (!first) return { done: true, value: undefined };
    if (!ok) throw value;
    return { done: true, value };
  }
}
