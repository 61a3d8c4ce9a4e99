/**
 * Serves the calls that come along one channel: from code in a container, or from a client of a server.
 *
 * Arguments and results pass through as bytes: they are neither decoded nor encoded again. What calls there may be, and
 * what becomes of them, is the host's to know.
 *
 * Invariants
 * - each `invoke` is answered by one `invoke-settled`, whatever is wrong with it; a `spawn` by one `invoke-accepted`, or
 *   by `invoke-settled` where it is refused
 * - a stream ends with the session that reads it; other calls go on, unless they are to be cancelled
 */
import type { EncodedOutcome, InvocationHost, OpenCall } from '../protocol/invocation.ts';
import type { EngineMessage, RunnerMessage } from '../protocol/runner-messages.ts';
import { encodeThrown, encodeValue } from '../protocol/value-codec.ts';
import { ToolError } from '../shared/errors.ts';

type Invoke = Extract<RunnerMessage, { type: 'invoke' }>;
/** What a session takes. */
export type InvokeRequest = Extract<RunnerMessage, { type: 'invoke' | 'invoke-cancel' | 'invoke-credit' }>;

/** Who asks. */
export interface Asker {
  send(message: EngineMessage): void;
  /** The id of the call that a number names, in a container. */
  callId(number: number): string | undefined;
  /** What becomes of calls whose asker is gone. Default: they go on. */
  readonly whenGone?: 'cancel' | 'go-on';
  /** It asks again what it asked of an earlier process: calls may be there already. */
  readonly resumed?: boolean;
}

/** A request that is not answered yet. */
interface Open {
  call: OpenCall | undefined;
  /** Its call ends with the session: it is nobody else's. */
  readonly own: boolean;
  readonly stream: boolean;
  /** Asked for before the call was there. */
  cancel?: { readonly terminateContainers: boolean };
  awaited?: true;
}

export class InvocationSession {
  readonly #host: InvocationHost;
  readonly #asker: Asker;
  readonly #open = new Map<number, Open>();
  #ended = false;

  constructor(host: InvocationHost, asker: Asker) {
    this.#host = host;
    this.#asker = asker;
  }

  /** Requests that are not answered. */
  get size(): number {
    return this.#open.size;
  }

  receive(message: InvokeRequest): void {
    if (message.type === 'invoke') return void this.#invoke(message);
    const open = this.#open.get(message.request);
    if (open === undefined) return;
    if (message.type === 'invoke-cancel') {
      if (open.call === undefined) open.cancel = message;
      else open.call.cancel(message.terminateContainers);
    } else if (open.call === undefined) {
      open.awaited = true;
    } else {
      // Of a call that returns it says that its code waits now.
      open.call.awaited(true);
      if (open.stream) open.call.credit(message.count);
    }
  }

  /** Answers every open request with an error, and ends. */
  refuse(error: unknown): void {
    const bytes = refusal(error);
    const requests = [...this.#open.keys()];
    this.end();
    for (const request of requests) {
      this.#asker.send({ type: 'invoke-settled', request, ok: false, payload: bytes });
    }
  }

  /** Whoever asked is gone. */
  end(): void {
    this.#ended = true;
    const open = [...this.#open.values()];
    this.#open.clear();
    for (const { call, own, stream } of open) {
      call?.awaited(false);
      if (stream || (own && this.#asker.whenGone === 'cancel')) call?.cancel(false);
    }
  }

  #invoke(message: Invoke): void {
    const { request } = message;
    try {
      const answer = this.#perform(message);
      if (answer !== undefined) this.#settle(request, true, encodeValue(answer.value, 'the answer'));
    } catch (error) {
      this.#open.delete(request);
      this.#settle(request, false, refusal(error));
    }
  }

  /** Returns the answer where there is one at once. */
  #perform(message: Invoke): { readonly value: unknown } | undefined {
    const { operation, id, target, payload } = message;
    switch (operation) {
      case 'submit':
      case 'stream':
        this.#submit(message, operation === 'stream');
        return undefined;
      case 'spawn':
        this.#spawn(message);
        return undefined;
      case 'find':
        this.#find(message.request, id);
        return undefined;
      case 'update-autoscaler':
        this.#host.updateAutoscaler(target, payload);
        return { value: undefined };
      case 'stats':
        return { value: this.#host.stats(target) };
      case 'describe':
        return { value: this.#host.describe(target) };
    }
  }

  #submit({ request, parent, id, target, payload }: Invoke, stream: boolean): void {
    const open: Open = { call: undefined, own: true, stream };
    this.#open.set(request, open);
    open.call = this.#host.submit({
      ...{ id, target, payload },
      parent: this.#asker.callId(parent),
      resumed: this.#asker.resumed ?? false,
      onValue: stream ? (bytes) => this.#value(request, bytes) : undefined,
      onSettled: (outcome) => this.#settled(request, outcome),
    });
  }

  #spawn({ request, parent, id, target, payload, idempotencyKey }: Invoke): void {
    const accepted = this.#host.spawn({
      ...{ id, target, payload },
      parent: this.#asker.callId(parent),
      idempotencyKey: idempotencyKey === '' ? undefined : idempotencyKey,
    });
    if (typeof accepted === 'string') return void this.#accepted(request, accepted);
    accepted.then(
      (final) => this.#accepted(request, final),
      (error: unknown) => this.#settle(request, false, refusal(error)),
    );
  }

  #find(request: number, id: string): void {
    const open: Open = { call: undefined, own: false, stream: false };
    this.#open.set(request, open);
    const found = this.#host.find(id, (outcome) => this.#settled(request, outcome));
    if (!(found instanceof Promise)) return void this.#found(request, open, found, id);
    found.then(
      (call) => this.#found(request, open, call, id),
      (error: unknown) => {
        if (this.#open.delete(request)) this.#settle(request, false, refusal(error));
      },
    );
  }

  /** Nothing where it has settled meanwhile. */
  #found(request: number, open: Open, call: OpenCall, id: string): void {
    if (this.#open.get(request) !== open) return;
    open.call = call;
    this.#accepted(request, id);
    if (open.awaited) call.awaited(true);
    if (open.cancel !== undefined) call.cancel(open.cancel.terminateContainers);
  }

  #accepted(request: number, id: string): void {
    if (!this.#ended) this.#asker.send({ type: 'invoke-accepted', request, id });
  }

  #value(request: number, payload: Uint8Array): void {
    if (!this.#ended) this.#asker.send({ type: 'invoke-value', request, payload });
  }

  #settled(request: number, { state, payload }: EncodedOutcome): void {
    if (this.#open.delete(request)) this.#settle(request, state === 'succeeded', payload);
  }

  #settle(request: number, ok: boolean, payload: Uint8Array): void {
    if (!this.#ended) this.#asker.send({ type: 'invoke-settled', request, ok, payload });
  }
}

/** What a host threw, for who asked: where in its code that happened is nobody else's business. */
function refusal(error: unknown): Uint8Array {
  if (error instanceof ToolError) error.stack = `${error.name}: ${error.message}`;
  return encodeThrown(error);
}
