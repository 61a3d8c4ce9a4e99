/**
 * Takes encoded calls of one app, from whichever process they come.
 *
 * Arguments and results pass through as bytes, except where a function in another language needs them recoded.
 *
 * Invariants
 * - what a call runs in is asked of the desk's entry each time: a call may be moved to another pool
 */
import type {
  CallProgress,
  EncodedCall,
  EncodedCalls,
  EncodedOutcome,
  OpenCall,
} from '../../protocol/invocation.ts';
import type { InvokeTarget } from '../../protocol/runner-messages.ts';
import { decodeValue, encodeThrown } from '../../protocol/value-codec.ts';
import type { AutoscalerOptions } from '../../sdk/function-options.ts';
import type { FunctionDescription, FunctionStats } from '../../sdk/invoker.ts';
import type { Clock } from '../../shared/clock.ts';
import { overrideOptions } from '../options/resolve-options.ts';
import type { CallOutcome } from '../scheduler/call.ts';
import { recodeFor } from './call-arguments.ts';
import type { CallDesk, DeskEntry } from './call-desk.ts';
import { errorOfCall } from './call-failure.ts';
import { describeFunction } from './describe-function.ts';
import { statsOf } from './pool-stats.ts';
import type { TargetPools } from './target-pools.ts';

export class AppCalls implements EncodedCalls {
  readonly #desk: CallDesk;
  readonly #pools: TargetPools;
  readonly #clock: Clock;

  constructor(desk: CallDesk, pools: TargetPools, clock: Clock) {
    this.#desk = desk;
    this.#pools = pools;
    this.#clock = clock;
  }

  submit({ id, target, payload, parent, kept = false, resumed = false, ...call }: EncodedCall): OpenCall {
    const { onValue, onSettled } = call;
    // Asked for by two: by who keeps it, and by the code that made it and waits for it.
    const known = resumed ? this.find(id, onSettled) : undefined;
    if (known !== undefined) return known;
    const pool = this.#pools.ofEncoded(target);
    const entry = this.#desk.accept(pool, {
      id,
      method: target.method ?? '',
      payload: recodeFor(pool.fn, payload, 'args'),
      parent: parent === undefined ? undefined : this.#desk.find(parent)?.call,
      known: kept,
      resumed,
      stream: onValue && { credit: 0, onValue },
      onSettled: (outcome) => onSettled(encodedOutcome(entry, outcome)),
    });
    return new OpenEntry(entry, this.#clock);
  }

  find(id: string, onSettled: (outcome: EncodedOutcome) => unknown): OpenCall | undefined {
    const entry = this.#desk.find(id);
    if (entry === undefined) return undefined;
    const { call, outcome } = entry;
    if (outcome !== undefined) onSettled(encodedOutcome(entry, outcome));
    else call.onSettled((settled) => onSettled(encodedOutcome(entry, settled)));
    return new OpenEntry(entry, this.#clock);
  }

  updateAutoscaler(target: InvokeTarget, settings: Uint8Array): void {
    const pool = this.#pools.ofEncoded(target);
    pool.update(overrideOptions(pool.fn, decodeValue(settings) as AutoscalerOptions));
  }

  stats(target: InvokeTarget): FunctionStats {
    return statsOf(this.#pools.ofEncoded(target));
  }

  describe(target: InvokeTarget): FunctionDescription {
    return describeFunction(this.#pools.function(target));
  }
}

class OpenEntry implements OpenCall {
  readonly #entry: DeskEntry;
  readonly #clock: Clock;

  constructor(entry: DeskEntry, clock: Clock) {
    this.#entry = entry;
    this.#clock = clock;
  }

  cancel(terminateContainers: boolean): void {
    this.#entry.pool.cancel(this.#entry.call, terminateContainers);
  }

  credit(count: number): void {
    this.#entry.call.grant(count);
  }

  awaited(is: boolean): void {
    this.#entry.call.awaited = is;
  }

  progress(): CallProgress {
    const { call, pool } = this.#entry;
    const running = call.state === 'running';
    return {
      state: running ? 'running' : 'queued',
      attempts: call.attempt,
      startedAt: call.attempt === 0 ? undefined : Date.now() - (this.#clock.now() - call.startedAt),
      waitingFor: running ? undefined : pool.waitingFor,
    };
  }
}

/** How a call ended, for another process: with the error that its caller catches. */
function encodedOutcome({ call, pool }: DeskEntry, outcome: CallOutcome): EncodedOutcome {
  if (outcome.ok) return { state: 'succeeded', payload: outcome.bytes };
  const { failure } = outcome;
  const state =
    failure.kind === 'cancelled' ? 'cancelled' : failure.kind === 'timed-out' ? 'timed-out' : 'failed';
  return { state, payload: Uint8Array.from(encodeThrown(errorOfCall(call, failure, pool.fn))) };
}
