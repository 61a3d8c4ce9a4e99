/**
 * An invoker whose calls go along a channel: from inside a container to its engine, from another program to a server.
 *
 * Ids of calls are made here, so that a handle has them at once; the other end does the rest. Requests from a container
 * carry the number of the call whose code asks, for the engine to know who called whom.
 *
 * Invariants
 * - arguments are encoded before anything is sent: what cannot cross throws where it was given
 * - a stream is read with credit, so that a slow reader here stops its generator there
 * - a channel that is lost and comes back is asked again for all that may be asked twice; the rest fails
 */
import type {
  EngineMessage,
  InvokeOperation,
  InvokeTarget,
  RunnerMessage,
} from '../protocol/runner-messages.ts';
import { decodeValue, encodeValue } from '../protocol/value-codec.ts';
import type { AutoscalerOptions } from '../sdk/function-options.ts';
import type {
  CallTarget,
  CancelOptions,
  FunctionDescription,
  FunctionStats,
  Invoker,
  SubmitOptions,
  SubmittedCall,
  SubmittedStream,
} from '../sdk/invoker.ts';
import { newId } from '../shared/ids.ts';
import { InvokedStream } from './invoked-stream.ts';
import { LookedUpCall } from './looked-up-call.ts';

/** What requests are answered with. */
export type InvokeAnswer = Extract<
  EngineMessage,
  { type: 'invoke-value' | 'invoke-settled' | 'invoke-accepted' }
>;
type Invoke = Extract<RunnerMessage, { type: 'invoke' }>;

/** Told of what a request is answered with. */
interface Pending {
  /** Kept where the request may be made again on another channel. */
  readonly again: Invoke | undefined;
  /** Its end was asked for: said again, too. */
  cancelled?: { readonly terminateContainers: boolean };
  /** So was that its result is waited for. */
  awaited?: true;
  onValue?(payload: Uint8Array): void;
  /** Of a `spawn`, the last that comes. */
  onAccepted?(id: string): void;
  onSettled(ok: boolean, value: unknown): void;
}

const NOTHING = new Uint8Array();

/** To find a call its id is enough. */
const NO_TARGET: InvokeTarget = { app: '', function: '' };

/** Those whose second request does what the first did. */
const REPEATABLE: ReadonlySet<InvokeOperation> = new Set([
  'spawn',
  'find',
  'update-autoscaler',
  'stats',
  'describe',
]);

/** Whether a message may be sent again on another channel: the invoker does so by itself. */
export function isRepeatable(message: RunnerMessage): boolean {
  return message.type === 'invoke' && REPEATABLE.has(message.operation);
}

export class ChannelInvoker implements Invoker {
  readonly #send: (message: RunnerMessage) => void;
  readonly #currentCall: () => number;
  readonly #pending = new Map<number, Pending>();
  /** Handles give the same target again and again. */
  readonly #targets = new WeakMap<CallTarget, InvokeTarget>();
  readonly #repeatable: ReadonlySet<InvokeOperation>;
  #lastRequest = 0;

  /**
   * @param currentCall number of the call whose code runs, 0 where none can be told
   * @param repeatsCalls whether the other end knows a call again that is asked for twice
   */
  constructor(send: (message: RunnerMessage) => void, currentCall: () => number, repeatsCalls = false) {
    this.#send = send;
    this.#currentCall = currentCall;
    this.#repeatable = repeatsCalls ? new Set([...REPEATABLE, 'submit']) : REPEATABLE;
  }

  /** Whether anything waits for an answer. */
  get isWaiting(): boolean {
    return this.#pending.size > 0;
  }

  submit(target: CallTarget, args: readonly unknown[], options: SubmitOptions = {}): SubmittedCall {
    const payload = encodeValue(args, 'args');
    const id = newId('fc');
    if (options.durable) return this.#spawn(id, target, payload, options.idempotencyKey);
    const { request, answer } = this.#ask('submit', { id, target: this.#encodedTarget(target), payload });
    return {
      id,
      result: answer,
      cancel: (how) => this.#cancel(request, how),
      awaited: () => this.#awaited(request),
    };
  }

  find(callId: string): SubmittedCall {
    return new LookedUpCall(callId, (id) => this.#look(id));
  }

  stream(target: CallTarget, args: readonly unknown[]): SubmittedStream {
    const payload = encodeValue(args, 'args');
    const id = newId('fc');
    const stream = new InvokedStream({
      addCredit: (count) => this.#send({ type: 'invoke-credit', request, count }),
      cancel: () => this.#cancel(request),
    });
    const request = this.#request('stream', { id, target: this.#encodedTarget(target), payload }, stream);
    return { id, values: stream, cancel: (options) => this.#cancel(request, options) };
  }

  async updateAutoscaler(target: CallTarget, settings: AutoscalerOptions): Promise<void> {
    const payload = encodeValue(settings, 'settings');
    await this.#ask('update-autoscaler', { target: this.#encodedTarget(target), payload }).answer;
  }

  async stats(target: CallTarget): Promise<FunctionStats> {
    return (await this.#ask('stats', { target: this.#encodedTarget(target) }).answer) as FunctionStats;
  }

  async describe(target: CallTarget): Promise<FunctionDescription> {
    const { answer } = this.#ask('describe', { target: this.#encodedTarget(target) });
    return (await answer) as FunctionDescription;
  }

  /** What the other end answered. An answer to what is settled is dropped. */
  receive(message: InvokeAnswer): void {
    const { request } = message;
    const pending = this.#pending.get(request);
    if (message.type === 'invoke-value') return void pending?.onValue?.(message.payload);
    if (message.type === 'invoke-accepted') return void pending?.onAccepted?.(message.id);
    const { payload, ok } = message;
    this.#pending.delete(request);
    pending?.onSettled(ok, payload.length === 0 ? undefined : decodeValue(payload));
  }

  /** The channel is lost and may come back: fails what must not be asked twice. */
  interrupt(error: unknown): void {
    this.#fail(error, ({ again }) => again === undefined);
  }

  /** There is a channel again: asks for what was not answered. */
  resume(): void {
    for (const [request, { again, awaited, cancelled }] of [...this.#pending]) {
      if (again !== undefined) this.#send(again);
      if (awaited) this.#send({ type: 'invoke-credit', request, count: 1 });
      if (cancelled !== undefined) this.#send({ type: 'invoke-cancel', request, ...cancelled });
    }
  }

  /** There will be no channel any more: fails everything. */
  abandon(error: unknown): void {
    this.#fail(error, () => true);
  }

  #fail(error: unknown, isMeant: (pending: Pending) => boolean): void {
    for (const [request, pending] of [...this.#pending]) {
      if (!isMeant(pending)) continue;
      this.#pending.delete(request);
      pending.onSettled(false, error);
    }
  }

  #spawn(
    id: string,
    target: CallTarget,
    payload: Uint8Array,
    idempotencyKey: string | undefined,
  ): SubmittedCall {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const given = {
      id,
      target: this.#encodedTarget(target),
      payload,
      ...(idempotencyKey !== undefined && { idempotencyKey }),
    };
    const request = this.#request('spawn', given, {
      onAccepted: (accepted) => {
        this.#pending.delete(request);
        resolve(accepted);
      },
      onSettled: (_, error) => reject(error),
    });
    return new LookedUpCall(id, (known) => this.#look(known), promise);
  }

  #look(id: string) {
    const known = Promise.withResolvers<void>();
    const { request, answer } = this.#ask('find', { id }, () => known.resolve());
    answer.then(
      () => known.resolve(),
      () => known.resolve(),
    );
    return {
      result: answer,
      known: known.promise,
      cancel: (options?: CancelOptions) => this.#cancel(request, options),
      awaited: () => this.#awaited(request),
    };
  }

  #ask(operation: InvokeOperation, given: Partial<Invoke>, onAccepted?: () => void) {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const request = this.#request(operation, given, {
      onSettled: (ok, value) => (ok ? resolve(value) : reject(value)),
      ...(onAccepted !== undefined && { onAccepted }),
    });
    return { request, answer: promise };
  }

  #request(operation: InvokeOperation, given: Partial<Invoke>, pending: Omit<Pending, 'again'>): number {
    const request = ++this.#lastRequest;
    const { id = '', target = NO_TARGET, payload = NOTHING, idempotencyKey = '' } = given;
    const parent = this.#currentCall();
    const message = {
      ...({ type: 'invoke', request, parent, operation, id, target, idempotencyKey } as const),
      // A request that is kept must not share the encoder's memory.
      payload: this.#repeatable.has(operation) ? Uint8Array.from(payload) : payload,
    };
    const again = this.#repeatable.has(operation) ? message : undefined;
    // A stream takes its answers itself.
    const { onValue, onAccepted } = pending;
    this.#pending.set(request, {
      again,
      onSettled: (ok, value) => pending.onSettled(ok, value),
      ...(onValue !== undefined && { onValue: (bytes) => pending.onValue?.(bytes) }),
      ...(onAccepted !== undefined && { onAccepted }),
    });
    this.#send(message);
    return request;
  }

  /** Said by the credit of a request that gives one value. */
  #awaited(request: number): void {
    const pending = this.#pending.get(request);
    if (pending === undefined) return;
    pending.awaited = true;
    this.#send({ type: 'invoke-credit', request, count: 1 });
  }

  #cancel(request: number, { terminateContainers = false }: CancelOptions = {}): void {
    const pending = this.#pending.get(request);
    if (pending === undefined) return;
    pending.cancelled = { terminateContainers };
    this.#send({ type: 'invoke-cancel', request, terminateContainers });
  }

  #encodedTarget(target: CallTarget): InvokeTarget {
    let encoded = this.#targets.get(target);
    if (encoded === undefined) {
      const { app, function: name, method, parameters, overrides } = target;
      encoded = {
        app,
        function: name,
        ...(method !== undefined && { method }),
        ...(parameters !== undefined && {
          parameters: Uint8Array.from(encodeValue(parameters, 'parameters')),
        }),
        ...(overrides !== undefined && { overrides: Uint8Array.from(encodeValue(overrides, 'options')) }),
      };
      this.#targets.set(target, encoded);
    }
    return encoded;
  }
}
