/**
 * The invoker inside a container: what user code calls from here goes to the engine along the channel.
 *
 * Ids of calls are made here, so that a handle has them at once; the engine does the rest. Requests carry the
 * number of the call whose code asks, for the engine to know who called whom.
 *
 * Invariants
 * - arguments are encoded before anything is sent: what cannot cross throws where it was given
 * - a stream is read with credit, so that a slow reader here stops its generator there
 * - where the container may outlive its engine, what is not settled is asked of the next one again, under the same ids
 */
import type {
  EngineMessage,
  InvokeOperation,
  InvokeTarget,
  RunnerMessage,
} from '../../protocol/runner-messages.ts';
import { decodeValue, encodeValue } from '../../protocol/value-codec.ts';
import { StreamInterruptedError } from '../../sdk/errors.ts';
import type { AutoscalerOptions } from '../../sdk/function-options.ts';
import type {
  CallTarget,
  CancelOptions,
  FunctionStats,
  Invoker,
  SubmittedCall,
  SubmittedStream,
} from '../../sdk/invoker.ts';
import { newId } from '../../shared/ids.ts';
import { InvokedStream } from './invoked-stream.ts';

type Answer = Extract<EngineMessage, { type: 'invoke-value' | 'invoke-settled' }>;

/** Told of what a request is answered with. */
interface Pending {
  onValue?(payload: Uint8Array): void;
  onSettled(ok: boolean, value: unknown): void;
}

const NOTHING = new Uint8Array();

/** To find a call its id is enough. */
const NO_TARGET: InvokeTarget = { app: '', function: '' };

export class ChannelInvoker implements Invoker {
  readonly #send: (message: RunnerMessage) => void;
  readonly #currentCall: () => number;
  readonly #pending = new Map<number, Pending>();
  /** Handles give the same target again and again. */
  readonly #targets = new WeakMap<CallTarget, InvokeTarget>();
  /** What was sent for pending requests, where it may have to be sent again. */
  readonly #sent: Map<number, RunnerMessage[]> | undefined;
  #lastRequest = 0;

  /**
   * @param currentCall number of the call whose code runs, 0 where none can be told
   * @param repeats whether another engine may come that has to be asked again
   */
  constructor(send: (message: RunnerMessage) => void, currentCall: () => number, repeats = false) {
    this.#send = send;
    this.#currentCall = currentCall;
    this.#sent = repeats ? new Map() : undefined;
  }

  /** Another engine is there: it is asked for all that the last one did not settle. A stream cannot be taken up again. */
  resume(): void {
    for (const [request, pending] of [...this.#pending]) {
      if (pending.onValue === undefined) {
        for (const message of this.#sent?.get(request) ?? []) this.#send(message);
      } else {
        this.#pending.delete(request);
        this.#sent?.delete(request);
        pending.onSettled(false, new StreamInterruptedError());
      }
    }
  }

  submit(target: CallTarget, args: readonly unknown[]): SubmittedCall {
    const payload = encodeValue(args, 'args');
    return this.#ask('submit', newId('fc'), this.#encodedTarget(target), payload);
  }

  find(callId: string): SubmittedCall {
    return this.#ask('find', callId, NO_TARGET, NOTHING);
  }

  stream(target: CallTarget, args: readonly unknown[]): SubmittedStream {
    const payload = encodeValue(args, 'args');
    const id = newId('fc');
    const stream = new InvokedStream({
      addCredit: (count) => this.#send({ type: 'invoke-credit', request, count }),
      cancel: () => this.#cancel(request),
    });
    const request = this.#request('stream', id, this.#encodedTarget(target), payload, stream);
    return { id, values: stream, cancel: (options) => this.#cancel(request, options) };
  }

  async updateAutoscaler(target: CallTarget, settings: AutoscalerOptions): Promise<void> {
    const payload = encodeValue(settings, 'settings');
    await this.#ask('update-autoscaler', '', this.#encodedTarget(target), payload).result;
  }

  async stats(target: CallTarget): Promise<FunctionStats> {
    return (await this.#ask('stats', '', this.#encodedTarget(target), NOTHING).result) as FunctionStats;
  }

  /** What the engine answered. An answer to what is settled is dropped. */
  receive(message: Answer): void {
    const { request, payload } = message;
    const pending = this.#pending.get(request);
    if (message.type === 'invoke-value') {
      pending?.onValue?.(payload);
      return;
    }
    this.#pending.delete(request);
    this.#sent?.delete(request);
    pending?.onSettled(message.ok, payload.length === 0 ? undefined : decodeValue(payload));
  }

  #ask(operation: InvokeOperation, id: string, target: InvokeTarget, payload: Uint8Array): SubmittedCall {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const onSettled = (ok: boolean, value: unknown) => (ok ? resolve(value) : reject(value));
    const request = this.#request(operation, id, target, payload, { onSettled });
    return {
      id,
      result: promise,
      cancel: (options) => this.#cancel(request, options),
      awaited: () => this.#awaited(request),
    };
  }

  #request(
    operation: InvokeOperation,
    id: string,
    target: InvokeTarget,
    payload: Uint8Array,
    pending: Pending,
  ): number {
    const request = ++this.#lastRequest;
    const parent = this.#currentCall();
    const message: RunnerMessage = { type: 'invoke', request, parent, operation, id, target, payload };
    this.#pending.set(request, pending);
    this.#sent?.set(request, [message]);
    this.#send(message);
    return request;
  }

  /** Said by the credit of a request that gives one value. */
  #awaited(request: number): void {
    if (!this.#pending.has(request)) return;
    const message: RunnerMessage = { type: 'invoke-credit', request, count: 1 };
    const sent = this.#sent?.get(request);
    if (sent?.length === 1) sent.push(message);
    this.#send(message);
  }

  #cancel(request: number, { terminateContainers = false }: CancelOptions = {}): void {
    if (this.#pending.has(request)) this.#send({ type: 'invoke-cancel', request, terminateContainers });
  }

  #encodedTarget(target: CallTarget): InvokeTarget {
    let encoded = this.#targets.get(target);
    if (encoded === undefined) {
      const { app, function: name, method, parameters, overrides } = target;
      encoded = {
        app,
        function: name,
        ...(method !== undefined && { method }),
        ...(parameters !== undefined && { parameters: encodeValue(parameters, 'parameters') }),
        ...(overrides !== undefined && { overrides: encodeValue(overrides, 'options') }),
      };
      this.#targets.set(target, encoded);
    }
    return encoded;
  }
}
