/**
 * An async generator that is opened when it is first read, as the language's own start with the first `next()`.
 *
 * It only passes on: neither values nor errors are touched, and nothing is added per value.
 */

/** What `open` gives, opened once and late. */
export class LazyStream<Value, Returned> implements AsyncGenerator<Value, Returned, undefined> {
  #open: (() => AsyncGenerator<Value, Returned, undefined>) | undefined;
  #opened: AsyncGenerator<Value, Returned, undefined> | undefined;

  constructor(open: () => AsyncGenerator<Value, Returned, undefined>) {
    this.#open = open;
  }

  next(): Promise<IteratorResult<Value, Returned>> {
    if (this.#opened === undefined) {
      if (this.#open === undefined) return Promise.resolve({ done: true, value: undefined as Returned });
      const open = this.#open;
      // Opened once, whatever comes of it: a generator that failed is finished.
      this.#open = undefined;
      try {
        this.#opened = open();
      } catch (error) {
        return Promise.reject(error);
      }
    }
    return this.#opened.next();
  }

  /** Ends it early. What was never read is never started. */
  async return(value: Returned | PromiseLike<Returned>): Promise<IteratorResult<Value, Returned>> {
    this.#open = undefined;
    return this.#opened === undefined ? { done: true, value: await value } : this.#opened.return(value);
  }

  async throw(error: unknown): Promise<IteratorResult<Value, Returned>> {
    this.#open = undefined;
    if (this.#opened === undefined) throw error;
    return this.#opened.throw(error);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return(undefined as Returned);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
