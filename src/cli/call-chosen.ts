/**
 * Runs what the user chose: a local entrypoint in this process, or a function in a container.
 */
import { provideContext } from '../sdk/context.ts';
import type { Invoker } from '../sdk/invoker.ts';
import type { ChosenFunction } from './function-reference.ts';
import { thrownError } from './thrown-error.ts';

export interface ChosenCall {
  readonly app: string;
  readonly chosen: ChosenFunction;
  readonly args: readonly unknown[];
  readonly invoker: Invoker;
  /** Rejects where the call is to be waited for no longer. */
  readonly ended: Promise<never>;
}

/** Its result. Throws a FunctionThrewError, an error of a call, or what `ended` rejects with. */
export async function callChosen({ app, chosen, args, invoker, ended }: ChosenCall): Promise<unknown> {
  const name = chosen.declaration.name ?? '';
  const withdraw = provideContext({ isLocal: true, invoker });
  const call = async () => {
    try {
      return chosen.kind === 'entrypoint'
        ? await chosen.declaration.fn(...args)
        : await invoker.submit({ app, function: name }, args).result;
    } catch (error) {
      throw thrownError(name, error);
    }
  };
  try {
    return await Promise.race([call(), ended]);
  } finally {
    withdraw();
  }
}
