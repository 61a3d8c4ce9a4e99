/**
 * What the surrounding program tells the SDK: whether this is a container, the current call, how to invoke.
 *
 * It lives on `globalThis` under a registered symbol, because the CLI's copy of the SDK, the user's
 * installed copy and the copy inside a bundle must see the same one. It is empty outside of dray.
 */
import { UserError } from '../shared/errors.ts';
import type { Invoker } from './invoker.ts';

/** The call that the running code serves. */
export interface CurrentCall {
  /** `fc-…` */
  readonly id: string;
  readonly functionName: string;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** Aborted when the call is cancelled or timed out; pass it on to `fetch` and the like. */
  readonly signal: AbortSignal;
}

/** Set by the CLI, by a client or by the runner. */
export interface DrayContext {
  /** `false` inside a container of dray. */
  readonly isLocal: boolean;
  readonly invoker?: Invoker;
  currentCall?(): CurrentCall | undefined;
  /** Inside a container: asks for no further calls. */
  stopTakingCalls?(): void;
}

const KEY = Symbol.for('dray.context');
type Carrier = { [KEY]?: DrayContext };

/** Installs the context of this process. Returns how to take it back. */
export function provideContext(context: DrayContext): () => void {
  const carrier = globalThis as Carrier;
  const previous = carrier[KEY];
  carrier[KEY] = context;
  return () => {
    if (previous === undefined) delete carrier[KEY];
    else carrier[KEY] = previous;
  };
}

/** Whether this code runs outside of any dray container. */
export function isLocal(): boolean {
  return (globalThis as Carrier)[KEY]?.isLocal ?? true;
}

/** The call that the calling code serves, or undefined outside of one. */
export function currentCall(): CurrentCall | undefined {
  return (globalThis as Carrier)[KEY]?.currentCall?.();
}

/** The invoker that a container gives to the code in it; undefined outside of one. */
export function surroundingInvoker(): Invoker | undefined {
  return isLocal() ? undefined : (globalThis as Carrier)[KEY]?.invoker;
}

/**
 * Lets this container take no further calls: those that it holds go on to their end, then it ends, and others serve in
 * its place. For code that finds its container spoilt, e.g. by a GPU in a bad state. Outside of a container it does nothing.
 */
export function stopTakingCalls(): void {
  (globalThis as Carrier)[KEY]?.stopTakingCalls?.();
}

/** The invoker of this process. Throws a UserError where there is none. */
export function requireInvoker(): Invoker {
  const invoker = (globalThis as Carrier)[KEY]?.invoker;
  if (invoker === undefined) {
    throw new UserError('NO_DRAY_CONTEXT', 'remote calls need dray around this program', {
      suggestions: [
        'start this file with: dray run app.ts',
        'call .local(...) to run the function right here',
      ],
    });
  }
  return invoker;
}
