/**
 * What code in the containers of one app may call: the app's own functions, and what lies outside where there is such.
 *
 * Invariants
 * - without an outside, a spawned call lives as long as the app, and is found by its id as long as the desk keeps it
 */
import { type Asker, InvocationSession } from '../../invocation/invocation-session.ts';
import type {
  EncodedCall,
  EncodedCalls,
  EncodedOutcome,
  InvocationHost,
  OpenCall,
  SpawnedCall,
} from '../../protocol/invocation.ts';
import type { InvokeTarget } from '../../protocol/runner-messages.ts';
import type { FunctionDescription, FunctionStats } from '../../sdk/invoker.ts';
import { callNotFound } from './call-not-found.ts';

export class NestedCalls implements InvocationHost {
  readonly #own: EncodedCalls;
  readonly #app: string;
  readonly #outside: InvocationHost | undefined;

  /** @param outside other apps, and calls that are kept for good */
  constructor(own: EncodedCalls, app: string, outside?: InvocationHost) {
    this.#own = own;
    this.#app = app;
    this.#outside = outside;
  }

  /** Serves one container until it ends. */
  open(container: Asker): InvocationSession {
    return new InvocationSession(this, container);
  }

  submit(call: EncodedCall): OpenCall {
    return this.#reached(call.target).submit(call);
  }

  spawn(call: SpawnedCall): string | Promise<string> {
    if (this.#outside !== undefined) return this.#outside.spawn(call);
    this.#own.submit({ ...call, kept: true, onSettled: () => {} });
    return call.id;
  }

  find(id: string, onSettled: (outcome: EncodedOutcome) => void): OpenCall | Promise<OpenCall> {
    if (this.#outside !== undefined) return this.#findAnywhere(this.#outside, id, onSettled);
    const found = this.#own.find(id, onSettled);
    if (found === undefined) throw callNotFound(id);
    return found;
  }

  /** Outside first: a call that is kept for good is cancelled there, and not here behind its keeper's back. */
  async #findAnywhere(
    outside: InvocationHost,
    id: string,
    onSettled: (outcome: EncodedOutcome) => void,
  ): Promise<OpenCall> {
    try {
      return await outside.find(id, onSettled);
    } catch (error) {
      const found = this.#own.find(id, onSettled);
      if (found === undefined) throw error;
      return found;
    }
  }

  updateAutoscaler(target: InvokeTarget, settings: Uint8Array): void {
    this.#reached(target).updateAutoscaler(target, settings);
  }

  stats(target: InvokeTarget): FunctionStats {
    return this.#reached(target).stats(target);
  }

  describe(target: InvokeTarget): FunctionDescription {
    return this.#reached(target).describe(target);
  }

  /** The outside only where it is another app: an app that ends is no longer found there, and goes on here. */
  #reached({ app }: InvokeTarget): Omit<EncodedCalls, 'find'> {
    return app === this.#app ? this.#own : (this.#outside ?? this.#own);
  }
}
