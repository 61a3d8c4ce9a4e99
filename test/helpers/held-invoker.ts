/**
 * An invoker whose calls settle when a test says so, installed around a test.
 */
import { provideContext } from '../../src/sdk/context.ts';
import { CallCancelledError } from '../../src/sdk/errors.ts';
import type { AutoscalerOptions } from '../../src/sdk/function-options.ts';
import type {
  CallTarget,
  FunctionDescription,
  FunctionStats,
  Invoker,
  SubmittedCall,
  SubmittedStream,
} from '../../src/sdk/invoker.ts';

export interface HeldCall {
  readonly id: string;
  readonly target: CallTarget;
  readonly args: readonly unknown[];
  cancelled: boolean;
  /** Somebody does nothing but wait for it. */
  awaited: boolean;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

export class HeldInvoker implements Invoker, Disposable {
  readonly calls: HeldCall[] = [];
  readonly streams: { target: CallTarget; args: readonly unknown[]; returned: boolean }[] = [];
  readonly found: string[] = [];
  readonly settings: [CallTarget, AutoscalerOptions][] = [];
  readonly answer: ((args: readonly unknown[], target: CallTarget) => unknown) | undefined;
  readonly #withdraw = provideContext({ isLocal: true, invoker: this });

  /** @param answer what calls are answered with at once; without it they wait */
  constructor(answer?: (args: readonly unknown[], target: CallTarget) => unknown) {
    this.answer = answer;
  }

  submit(target: CallTarget, args: readonly unknown[]): SubmittedCall {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const id = `fc-${this.calls.length + 1}`;
    const call: HeldCall = { id, target, args, cancelled: false, awaited: false, resolve, reject };
    this.calls.push(call);
    if (this.answer !== undefined) Promise.try(this.answer, args, target).then(resolve, reject);
    return {
      id,
      result: promise,
      cancel: () => {
        call.cancelled = true;
        reject(new CallCancelledError(id));
      },
      awaited: () => {
        call.awaited = true;
      },
    };
  }

  stream(target: CallTarget, args: readonly unknown[]): SubmittedStream {
    const stream = { target, args, returned: false };
    this.streams.push(stream);
    const { promise: cancelled, reject } = Promise.withResolvers<never>();
    cancelled.catch(() => {});
    async function* values() {
      try {
        for (const arg of args) yield arg;
        if (args.includes('hold')) await cancelled;
        return 'returned';
      } finally {
        stream.returned = true;
      }
    }
    return { id: 'fc-stream', values: values(), cancel: () => reject(new CallCancelledError('fc-stream')) };
  }

  find(callId: string): SubmittedCall {
    this.found.push(callId);
    return { id: callId, result: Promise.resolve(`result of ${callId}`), cancel() {} };
  }

  async updateAutoscaler(target: CallTarget, settings: AutoscalerOptions): Promise<void> {
    this.settings.push([target, settings]);
  }

  async describe(): Promise<FunctionDescription> {
    return { kind: 'function', generator: false, batched: false, methods: [] };
  }

  async stats(): Promise<FunctionStats> {
    return { backlog: 1, containers: 2, running: 3 };
  }

  [Symbol.dispose](): void {
    this.#withdraw();
  }
}
