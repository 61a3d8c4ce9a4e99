/**
 * Runs the calls of this container: several at a time, in the order they came, each in its own async context.
 *
 * Calls that wait here were sent ahead so that the next one starts without a round trip. The engine knows
 * that they have not started: it counts answers.
 *
 * Invariants
 * - at most `concurrency` calls, or batches of calls, run at a time
 * - a call answers exactly once, also when it was cancelled before it started; only `drain` drops calls unanswered
 * - what one call throws never ends another
 * - where answers are kept, each is kept before it is sent
 */
import type { EngineMessage, ResumedCall, RunnerMessage } from '../../protocol/runner-messages.ts';
import { decodeValue } from '../../protocol/value-codec.ts';
import { checkResults, listsOf } from '../../sdk/batched-function.ts';
import { CallCancelledError, NotAGeneratorError } from '../../sdk/errors.ts';
import type { CallContext } from './call-context.ts';
import type { KeptAnswers } from './kept-answers.ts';
import type { Service } from './load-service.ts';
import { ServedCall } from './served-call.ts';
import { isGenerator, serveStream } from './served-stream.ts';

type CallMessage = Extract<EngineMessage, { type: 'call' }>;
type BatchMessage = Extract<EngineMessage, { type: 'batch' }>;

/** One run of user code, for one call or for a batch of them. */
interface Work {
  readonly method: string;
  readonly calls: readonly ServedCall[];
  /** Encoded arguments of each call. */
  readonly payloads: readonly Uint8Array[];
  readonly batch: boolean;
}

export interface CallServerOptions {
  readonly functionName: string;
  readonly service: Service;
  readonly concurrency: number;
  readonly context: CallContext;
  readonly send: (message: RunnerMessage) => void;
  /** Where answers are kept until the engine acknowledged them; undefined where none are. */
  readonly kept?: KeptAnswers | undefined;
}

/** What is held for an engine that takes this container back; see RunnerResumed. */
interface HeldCalls {
  readonly accepting: boolean;
  readonly lastCall: number;
  readonly running: number[][];
  readonly waiting: number[][];
  readonly calls: ResumedCall[];
}

export class CallServer {
  readonly #options: CallServerOptions;
  #waiting: Work[] = [];
  readonly #running = new Set<Work>();
  /** Every call that waits or runs, by its number. */
  readonly #calls = new Map<number, ServedCall>();
  #lastCall = 0;
  #draining = false;
  #idle: (() => void) | undefined;

  constructor(options: CallServerOptions) {
    this.#options = options;
  }

  submit({ call, id, attempt, method, payload }: CallMessage): void {
    const calls = [this.#served(method, call, id, attempt)];
    this.#add({ method, calls, payloads: [payload], batch: false });
  }

  submitBatch({ method, calls, ids, attempts, lengths, payloads }: BatchMessage): void {
    this.#add({
      method,
      calls: calls.map((call, index) =>
        this.#served(method, call, ids[index] as string, attempts[index] as number),
      ),
      payloads: cut(payloads, lengths),
      batch: true,
    });
  }

  /** Aborts the signal of a call. One that waits, or that is one of a batch, is answered at once. */
  cancel(number: number): void {
    const served = this.#calls.get(number);
    if (served === undefined) return;
    // What listens to its signal, and the finally blocks of its generator, are code of this call.
    this.#options.context.run(served, () => served.cancel());
    const running = [...this.#running].find(({ calls }) => calls.includes(served));
    if (running?.batch !== false) served.fail(new CallCancelledError(served.id));
    this.#waiting = this.#waiting.filter(({ calls }) => calls.some(({ answered }) => !answered));
  }

  /** That many further values of a generator may be sent. */
  addCredit(number: number, count: number): void {
    this.#calls.get(number)?.addCredit(count);
  }

  /** Fails the call of a number with an error that nobody caught; its own promise may never settle now. */
  failRunning(error: unknown, number: number): void {
    for (const { calls } of this.#running) {
      for (const served of calls) {
        if (number === 0 || calls.some((each) => each.number === number)) served.fail(error);
      }
    }
  }

  /** The engine keeps these answers itself now. */
  acknowledge(calls: readonly number[]): void {
    const { kept } = this.#options;
    const wasFull = kept?.full;
    kept?.acknowledge(calls);
    if (wasFull) this.#startNext();
  }

  /** Another engine is there: streams end, as their readers are gone. Returns what is held. */
  resume(): HeldCalls {
    for (const served of [...this.#calls.values()]) if (served.streams) this.cancel(served.number);
    const held = ({ calls }: Work) => calls.filter(({ answered }) => !answered);
    const numbers = (works: Iterable<Work>) =>
      [...works].map((work) => held(work).map(({ number }) => number)).filter(({ length }) => length > 0);
    const calls = [...this.#running, ...this.#waiting].flatMap(held).filter(({ streams }) => !streams);
    return {
      accepting: !this.#draining,
      lastCall: this.#lastCall,
      running: numbers(this.#running),
      waiting: numbers(this.#waiting),
      calls: calls.map(({ number, id, attempt, elapsedMs }) => [number, id, attempt, elapsedMs]),
    };
  }

  /** Starts nothing more, drops what waits, and resolves when what runs has answered. */
  async drain(): Promise<void> {
    this.#draining = true;
    this.#waiting = [];
    if (this.#running.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#idle = resolve;
    });
  }

  #served(method: string, number: number, id: string, attempt: number): ServedCall {
    const { functionName, service, send, kept } = this.#options;
    const name = method === '' ? functionName : `${functionName}.${method}`;
    const call = { number, id, attempt, functionName: name };
    const served: ServedCall = new ServedCall(
      call,
      kept === undefined
        ? send
        : (message) => {
            const isAnswer = message.type === 'succeeded' || message.type === 'failed';
            if (isAnswer && !served.streams) kept.keep(served, message);
            send(message);
          },
    );
    if (kept !== undefined) served.streams = streams(service, method);
    this.#lastCall = Math.max(this.#lastCall, number);
    this.#calls.set(number, served);
    return served;
  }

  #add(work: Work): void {
    if (this.#draining) return;
    this.#waiting.push(work);
    this.#startNext();
  }

  #startNext(): void {
    while (this.#running.size < this.#options.concurrency && !this.#options.kept?.full) {
      const work = this.#waiting.shift();
      if (work === undefined) break;
      void this.#run(work);
    }
    if (this.#running.size === 0) this.#idle?.();
  }

  async #run(work: Work): Promise<void> {
    this.#running.add(work);
    const [first] = work.calls as [ServedCall];
    for (const served of work.calls) served.begin();
    await this.#options.context.run(first, () => (work.batch ? this.#runBatch(work) : this.#runCall(work)));
    this.#running.delete(work);
    for (const { number } of work.calls) this.#calls.delete(number);
    this.#startNext();
  }

  async #runCall({ method, calls, payloads }: Work): Promise<void> {
    const [served] = calls as [ServedCall];
    try {
      const args = decodeValue(payloads[0] as Uint8Array) as unknown[];
      // Called as a plain function: `this` is none of the user's.
      const { call, generator } = this.#options.service.method(method);
      if (generator) return await serveStream(served, () => call(...args));
      const value = await call(...args);
      if (isGenerator(value)) throw returnedGenerator(served.functionName);
      served.succeed(value);
    } catch (error) {
      served.fail(error);
    }
  }

  async #runBatch({ method, calls, payloads }: Work): Promise<void> {
    const live = calls.flatMap((served, index) =>
      served.answered ? [] : [{ served, args: decodeValue(payloads[index] as Uint8Array) as unknown[] }],
    );
    try {
      const { call, parameters } = this.#options.service.method(method);
      const lists = listsOf(
        live.map(({ args }) => args),
        parameters,
      );
      const results = checkResults(await call(...lists), live.length, this.#options.functionName);
      for (const [index, { served }] of live.entries()) {
        const result = results[index];
        if (result instanceof Error) served.fail(result);
        else served.succeed(result);
      }
    } catch (error) {
      for (const { served } of live) served.fail(error);
    }
  }
}

/** Whether a method is a generator; one that is not there is none. */
function streams(service: Service, method: string): boolean {
  try {
    return service.method(method).generator;
  } catch {
    // The call itself fails with it.
    return false;
  }
}

/** Pieces of the given lengths, one after another. */
function cut(bytes: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  let at = 0;
  return lengths.map((length) => {
    const piece = bytes.subarray(at, at + length);
    at += length;
    return piece;
  });
}

/** Its caller waits for one value, and would wait for ever. */
function returnedGenerator(functionName: string): NotAGeneratorError {
  return new NotAGeneratorError(
    `${functionName} returned a generator, but is no generator function`,
    functionName,
  );
}
