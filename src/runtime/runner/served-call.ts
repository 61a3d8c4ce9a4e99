/**
 * A call that is in this container, waiting or running.
 *
 * Invariants
 * - it is answered at most once
 */
import type { RunnerMessage } from '../../protocol/runner-messages.ts';
import { encodeThrown, encodeValue } from '../../protocol/value-codec.ts';
import type { CurrentCall } from '../../sdk/context.ts';
import { CallCancelledError } from '../../sdk/errors.ts';

export class ServedCall implements CurrentCall {
  /** Its number on the channel. */
  readonly number: number;
  readonly id: string;
  readonly attempt: number;
  readonly functionName: string;
  readonly #send: (message: RunnerMessage) => void;
  /** Values of a generator that its reader still has room for. */
  credit = 0;
  /** It gives values to a reader; nobody can take that up again in another's place. */
  streams = false;
  /** Told of more credit and of the cancellation; a generator that waits for either goes on. */
  onChange: (() => void) | undefined;
  #abort: AbortController | undefined;
  #startedAt = 0;
  #answered = false;

  constructor(
    { number, id, attempt, functionName }: Pick<ServedCall, 'number' | 'id' | 'attempt' | 'functionName'>,
    send: (message: RunnerMessage) => void,
  ) {
    this.number = number;
    this.id = id;
    this.attempt = attempt;
    this.functionName = functionName;
    this.#send = send;
  }

  /** Made when first asked for: most functions never do. */
  get signal(): AbortSignal {
    this.#abort ??= new AbortController();
    return this.#abort.signal;
  }

  get cancelled(): boolean {
    return this.#abort?.signal.aborted ?? false;
  }

  get answered(): boolean {
    return this.#answered;
  }

  cancel(): void {
    this.#abort ??= new AbortController();
    this.#abort.abort(new CallCancelledError(this.id));
    this.onChange?.();
  }

  addCredit(count: number): void {
    this.credit += count;
    this.onChange?.();
  }

  /** For how long it has been running, in ms. */
  get elapsedMs(): number {
    return Math.round(this.#elapsedUs() / 1000);
  }

  /** Its time begins. */
  begin(): void {
    this.#startedAt = performance.now();
  }

  succeed(value: unknown): void {
    if (this.#answered) return;
    let payload: Uint8Array;
    try {
      payload = encodeValue(value, 'the result');
    } catch (error) {
      this.fail(error);
      return;
    }
    this.#answered = true;
    this.#send({ type: 'succeeded', call: this.number, durationUs: this.#elapsedUs(), payload });
  }

  fail(thrown: unknown): void {
    if (this.#answered) return;
    this.#answered = true;
    const error = encodeThrown(thrown);
    this.#send({ type: 'failed', call: this.number, durationUs: this.#elapsedUs(), error });
  }

  /** Its next value, for one of its credit. Throws where the value cannot cross. */
  yield(value: unknown): void {
    this.credit--;
    this.#send({ type: 'value', call: this.number, payload: encodeValue(value, 'the value') });
  }

  #elapsedUs(): number {
    return this.#startedAt === 0 ? 0 : Math.round((performance.now() - this.#startedAt) * 1000);
  }
}
