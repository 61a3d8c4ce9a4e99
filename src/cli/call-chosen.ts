/**
 * Runs what the user chose: a local entrypoint in this process, or a function in a container.
 */
import { provideContext } from '../sdk/context.ts';
import type { Invoker } from '../sdk/invoker.ts';
import type { ChosenFunction } from './function-reference.ts';
import type { Interrupt } from './interrupt.ts';
import type { StrayErrors } from './stray-errors.ts';
import { thrownError } from './thrown-error.ts';

export interface ChosenCall {
  readonly app: string;
  readonly chosen: ChosenFunction;
  readonly args: readonly unknown[];
  readonly invoker: Invoker;
  readonly interrupt: Interrupt;
  readonly stray: StrayErrors;
}

/** Its result. Throws a FunctionThrewError, an error of a call, or an InterruptedError. */
export async function callChosen({
  app,
  chosen,
  args,
  invoker,
  interrupt,
  stray,
}: ChosenCall): Promise<unknown> {
  const name = chosen.declaration.name ?? '';
  const withdraw = provideContext({ isLocal: true, invoker });
  try {
    const call = async () =>
      chosen.kind === 'entrypoint'
        ? chosen.declaration.fn(...args)
        : invoker.submit({ app, function: name }, args).result;
    return await Promise.race([call(), interrupt.interrupted, stray.thrown]);
  } catch (error) {
    throw thrownError(name, error);
  } finally {
    withdraw();
  }
}
