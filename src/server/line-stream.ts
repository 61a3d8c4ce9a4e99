/**
 * Sends what a handler yields as lines of JSON, as fast as they are read.
 *
 * Invariants
 * - nothing is asked of the handler before the reader has taken what there is: a slow reader slows the handler down
 * - the iterator is ended when the reader goes away or the stream is ended, and asked for nothing more
 * - an error of the handler is the last line; of one that no kind describes only the log is told more
 */
import { errorReply } from './error-reply.ts';

/** Something is sent this often, so that neither end takes a quiet connection for a dead one. */
const KEEP_ALIVE_MS = 15_000;

export interface LineStreamOptions {
  /** Checks a line and gives it its form. */
  line(value: unknown): unknown;
  /** Ends the stream with its reason as the last line. */
  readonly ending: AbortSignal;
  /** Told once when it is over: read to its end, ended, failed, or left by its reader. */
  onEnd(): void;
  /** Told of errors that no kind describes. */
  onDefect(error: unknown): void;
  readonly keepAliveMs?: number;
}

/** The body of the answer. */
export function lineStream(
  lines: AsyncIterable<unknown>,
  options: LineStreamOptions,
): ReadableStream<Uint8Array> {
  const source = new LineSource(lines[Symbol.asyncIterator](), options);
  return new ReadableStream(source, { highWaterMark: 0 });
}

class LineSource {
  readonly #iterator: AsyncIterator<unknown>;
  readonly #options: LineStreamOptions;
  /** Of a line that was asked for and is not there yet. */
  #next: Promise<IteratorResult<unknown>> | undefined;
  /** Stops waiting for it. */
  #stopWaiting: ((reason: unknown) => void) | undefined;

  constructor(iterator: AsyncIterator<unknown>, options: LineStreamOptions) {
    this.#iterator = iterator;
    this.#options = options;
    options.ending.addEventListener('abort', this.#onEnding);
  }

  async pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    try {
      this.#options.ending.throwIfAborted();
      const next = await this.#nextOrQuiet();
      if (next === 'quiet') return controller.enqueue(encoder.encode('\n'));
      this.#next = undefined;
      if (!next.done) return controller.enqueue(encoded(this.#options.line(next.value)));
    } catch (error) {
      const { status, document } = errorReply(error);
      if (status === 500) this.#options.onDefect(error);
      controller.enqueue(encoded({ error: { ...document, status } }));
    }
    this.#end();
    controller.close();
  }

  cancel(): void {
    this.#end();
  }

  readonly #onEnding = () => this.#stopWaiting?.(this.#options.ending.reason);

  #nextOrQuiet(): Promise<IteratorResult<unknown> | 'quiet'> {
    this.#next ??= this.#iterator.next();
    const { promise, resolve, reject } = Promise.withResolvers<IteratorResult<unknown> | 'quiet'>();
    const timer = setTimeout(resolve, this.#options.keepAliveMs ?? KEEP_ALIVE_MS, 'quiet');
    this.#stopWaiting = reject;
    this.#next.then(resolve, reject);
    return promise.finally(() => clearTimeout(timer));
  }

  #end(): void {
    this.#options.ending.removeEventListener('abort', this.#onEnding);
    this.#options.onEnd();
    // A generator that waits for something ends by the request's signal; what it throws then is nobody's.
    void Promise.resolve(this.#iterator.return?.()).catch(() => {});
  }
}

const encoder = new TextEncoder();

function encoded(value: unknown): Uint8Array {
  return encoder.encode(`${JSON.stringify(value)}\n`);
}
