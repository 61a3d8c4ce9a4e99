/**
 * Runs calls one after another, in the order they came, each in its own async context.
 *
 * Calls that wait here were sent ahead so that the next one starts without a round trip. The engine knows
 * that they have not started: it counts results.
 *
 * Invariants
 * - a call answers exactly once, also when it was cancelled before it started
 * - what one call throws never ends another
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { EngineMessage, RunnerMessage } from '../../protocol/runner-messages.ts';
import { decodeValue, encodeThrown, encodeValue } from '../../protocol/value-codec.ts';
import type { CurrentCall } from '../../sdk/context.ts';
import type { AnyFunction } from '../../sdk/declaration.ts';
import { CallCancelledError } from '../../sdk/errors.ts';

type CallMessage = Extract<EngineMessage, { type: 'call' }>;

/** A call that is here, waiting or running. */
class ServedCall implements CurrentCall {
  readonly message: CallMessage;
  readonly functionName: string;
  #abort: AbortController | undefined;

  constructor(message: CallMessage, functionName: string) {
    this.message = message;
    this.functionName = functionName;
  }

  get id(): string {
    return this.message.id;
  }

  get attempt(): number {
    return this.message.attempt;
  }

  /** Made when first asked for: most functions never do. */
  get signal(): AbortSignal {
    this.#abort ??= new AbortController();
    return this.#abort.signal;
  }

  cancel(): void {
    this.#abort ??= new AbortController();
    this.#abort.abort(new CallCancelledError(this.id));
  }

  get cancelled(): boolean {
    return this.#abort?.signal.aborted ?? false;
  }
}

/** The async context that tells which call some code serves. */
export class CallContext {
  readonly #storage = new AsyncLocalStorage<ServedCall>();

  run<R>(served: ServedCall, fn: () => R): R {
    return this.#storage.run(served, fn);
  }

  current(): CurrentCall | undefined {
    return this.#storage.getStore();
  }

  /** The number of the current call on the channel, 0 outside of one. */
  number(): number {
    return this.#storage.getStore()?.message.call ?? 0;
  }
}

export class CallServer {
  readonly #functionName: string;
  readonly #fn: AnyFunction;
  readonly #send: (message: RunnerMessage) => void;
  readonly #context: CallContext;
  readonly #waiting: ServedCall[] = [];
  #running: ServedCall | undefined;

  constructor(
    functionName: string,
    fn: AnyFunction,
    context: CallContext,
    send: (message: RunnerMessage) => void,
  ) {
    this.#functionName = functionName;
    this.#fn = fn;
    this.#context = context;
    this.#send = send;
  }

  submit(message: CallMessage): void {
    this.#waiting.push(new ServedCall(message, this.#functionName));
    if (this.#running === undefined) void this.#serve();
  }

  cancel(call: number): void {
    const found = [this.#running, ...this.#waiting].find((served) => served?.message.call === call);
    found?.cancel();
  }

  /** The running call fails with an error that nobody caught; its own promise may never settle now. */
  failRunning(error: unknown): void {
    if (this.#running === undefined) return;
    this.#send({
      type: 'failed',
      call: this.#running.message.call,
      durationUs: 0,
      error: encodeThrown(error),
    });
  }

  async #serve(): Promise<void> {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      this.#running = next;
      this.#send(await this.#execute(next));
    }
    this.#running = undefined;
  }

  async #execute(served: ServedCall): Promise<RunnerMessage> {
    const { call, payload } = served.message;
    const start = performance.now();
    try {
      if (served.cancelled) throw new CallCancelledError(served.id);
      // Called as a plain function: `this` is none of the user's.
      const fn = this.#fn;
      const args = decodeValue(payload) as unknown[];
      const value = await this.#context.run(served, () => fn(...args));
      const bytes = encodeValue(value, 'the result');
      return { type: 'succeeded', call, durationUs: since(start), payload: bytes };
    } catch (error) {
      return { type: 'failed', call, durationUs: since(start), error: encodeThrown(error) };
    }
  }
}

function since(start: number): number {
  return Math.round((performance.now() - start) * 1000);
}
