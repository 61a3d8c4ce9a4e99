/**
 * Serves the calls that code in containers makes, by the same desk as those of this process.
 *
 * Arguments and results pass through as bytes: they are neither decoded nor encoded again.
 *
 * Invariants
 * - each `invoke` is answered by one `invoke-settled`, whatever is wrong with it
 * - a stream ends with the container that reads it; other calls go on
 */
import type { EngineMessage, RunnerMessage } from '../../protocol/runner-messages.ts';
import { decodeValue, encodeThrown, encodeValue } from '../../protocol/value-codec.ts';
import type { AutoscalerOptions } from '../../sdk/function-options.ts';
import { overrideOptions } from '../options/resolve-options.ts';
import type { Call, CallOutcome } from '../scheduler/call.ts';
import type { FunctionPool } from '../scheduler/function-pool.ts';
import { recodeFor } from './call-arguments.ts';
import type { CallDesk } from './call-desk.ts';
import { errorOfCall } from './call-failure.ts';
import { callNotFound } from './local-invoker.ts';
import { statsOf } from './pool-stats.ts';
import type { TargetPools } from './target-pools.ts';

type Invoke = Extract<RunnerMessage, { type: 'invoke' }>;
type NestedMessage = Extract<RunnerMessage, { type: 'invoke' | 'invoke-cancel' | 'invoke-credit' }>;

/** The container that asks. */
export interface AskingContainer {
  send(message: EngineMessage): void;
  /** The id of a call that it holds, by its number. */
  callId(number: number): string | undefined;
  /** It asks again what it asked of an earlier engine: then its ids may be those of calls that are there already. */
  readonly adopted: boolean;
}

export class NestedCalls {
  readonly #desk: CallDesk;
  readonly #pools: TargetPools;

  constructor(desk: CallDesk, pools: TargetPools) {
    this.#desk = desk;
    this.#pools = pools;
  }

  /** Serves one container until it ends. */
  open(container: AskingContainer): NestedSession {
    return new NestedSession(this.#desk, this.#pools, container);
  }
}

interface OpenRequest {
  readonly call: Call;
  readonly pool: FunctionPool;
  readonly stream: boolean;
}

/** The calls that code in one container makes. */
export class NestedSession {
  readonly #desk: CallDesk;
  readonly #pools: TargetPools;
  readonly #container: AskingContainer;
  readonly #open = new Map<number, OpenRequest>();

  constructor(desk: CallDesk, pools: TargetPools, container: AskingContainer) {
    this.#desk = desk;
    this.#pools = pools;
    this.#container = container;
  }

  receive(message: NestedMessage): void {
    if (message.type === 'invoke') return void this.#invoke(message);
    const request = this.#open.get(message.request);
    if (request === undefined) return;
    const { call, pool, stream } = request;
    if (message.type === 'invoke-cancel') return void pool.cancel(call, message.terminateContainers);
    // Of a call that returns it says that its code waits now.
    call.awaited = true;
    if (stream) pool.credit(call, message.count);
  }

  /** The container is gone. */
  end(): void {
    for (const { call, pool, stream } of this.#open.values()) {
      call.awaited = false;
      if (stream) pool.cancel(call, false);
    }
    this.#open.clear();
  }

  #invoke(message: Invoke): void {
    const { request } = message;
    try {
      const answer = this.#perform(message);
      if (answer !== undefined) this.#settle(request, true, answer);
    } catch (error) {
      this.#settle(request, false, encodeThrown(error));
    }
  }

  /** Returns the answer where there is one at once. */
  #perform(message: Invoke): Uint8Array | undefined {
    const { operation, id, target, payload } = message;
    switch (operation) {
      case 'submit':
      case 'stream':
        this.#submit(message, operation === 'stream');
        return undefined;
      case 'find':
        this.#find(message.request, id);
        return undefined;
      case 'update-autoscaler': {
        const pool = this.#pools.ofEncoded(target);
        pool.update(overrideOptions(pool.fn, decodeValue(payload) as AutoscalerOptions));
        return encodeValue(undefined, 'the answer');
      }
      case 'stats':
        return encodeValue(statsOf(this.#pools.ofEncoded(target)), 'the answer');
    }
  }

  #submit({ request, parent, id, target, payload }: Invoke, stream: boolean): void {
    if (this.#container.adopted && this.#desk.find(id) !== undefined) return this.#find(request, id);
    const pool = this.#pools.ofEncoded(target);
    const parentId = this.#container.callId(parent);
    const parentCall = parentId === undefined ? undefined : this.#desk.find(parentId)?.call;
    const { call } = this.#desk.accept(pool, {
      id,
      method: target.method ?? '',
      payload: recodeFor(pool.fn, payload, 'args'),
      parent: parentCall,
      resumed: this.#container.adopted,
      stream: stream ? { credit: 0, onValue: (bytes) => this.#value(request, bytes) } : undefined,
      onSettled: (outcome) => this.#settled(request, call, pool, outcome),
    });
    this.#open.set(request, { call, pool, stream });
  }

  #find(request: number, id: string): void {
    const entry = this.#desk.find(id);
    if (entry === undefined) throw callNotFound(id);
    const { call, pool, outcome } = entry;
    if (outcome !== undefined) return void this.#settled(request, call, pool, outcome);
    call.onSettled((settled) => this.#settled(request, call, pool, settled));
    this.#open.set(request, { call, pool, stream: false });
  }

  #value(request: number, payload: Uint8Array): void {
    this.#container.send({ type: 'invoke-value', request, payload });
  }

  #settled(request: number, call: Call, pool: FunctionPool, outcome: CallOutcome): void {
    this.#open.delete(request);
    if (outcome.ok) return void this.#settle(request, true, outcome.bytes);
    const { failure } = outcome;
    const bytes =
      failure.kind === 'thrown' ? failure.bytes : encodeThrown(errorOfCall(call, failure, pool.fn));
    this.#settle(request, false, bytes);
  }

  #settle(request: number, ok: boolean, payload: Uint8Array): void {
    this.#container.send({ type: 'invoke-settled', request, ok, payload });
  }
}
