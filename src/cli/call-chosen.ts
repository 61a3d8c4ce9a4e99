/**
 * Runs what the user chose: a local entrypoint in this process, or a function or method in a container.
 */
import { provideContext } from '../sdk/context.ts';
import { isGeneratorFunction } from '../sdk/generator-function.ts';
import type { Invoker } from '../sdk/invoker.ts';
import { type ChosenFunction, chosenName } from './function-reference.ts';
import type { CallArguments } from './method-flags.ts';
import { keepHeapSteady } from './steady-heap.ts';
import { thrownError } from './thrown-error.ts';

export interface ChosenCall {
  readonly app: string;
  readonly chosen: ChosenFunction;
  readonly given: CallArguments;
  readonly invoker: Invoker;
  /** Rejects where the call is to be waited for no longer. */
  readonly ended: Promise<never>;
  /** Told of each value that a generator function yields, as it comes. Default: they become the result, as a list. */
  readonly onValue: ((value: unknown) => void) | undefined;
}

/**
 * Its result; of a generator function what it returned, or the list of its values where nobody was told of them.
 * Throws a FunctionThrewError, an error of a call, or what `ended` rejects with.
 */
export async function callChosen(call: ChosenCall): Promise<unknown> {
  keepHeapSteady();
  const withdraw = provideContext({ isLocal: true, invoker: call.invoker });
  try {
    return await Promise.race([outcomeOf(call), call.ended]);
  } finally {
    withdraw();
  }
}

async function outcomeOf(call: ChosenCall): Promise<unknown> {
  try {
    return yieldsValues(call.chosen)
      ? await readStream(openStream(call), call.onValue)
      : await callOnce(call);
  } catch (error) {
    throw thrownError(chosenName(call.chosen), error);
  }
}

function yieldsValues(chosen: ChosenFunction): boolean {
  if (chosen.kind === 'method') return chosen.generator;
  const { fn } = chosen.declaration;
  const python = chosen.kind === 'function' ? chosen.declaration.python : undefined;
  return python?.outline?.generator ?? isGeneratorFunction(fn);
}

async function callOnce({ app, chosen, given, invoker }: ChosenCall): Promise<unknown> {
  if (chosen.kind === 'entrypoint') return chosen.declaration.fn(...given.args);
  return invoker.submit(targetOf(app, chosen, given), given.args).result;
}

type Values = AsyncIterator<unknown, unknown> | Iterator<unknown, unknown>;

/** Opened with the first `next()`, so that what it throws is thrown there. */
async function* openStream({ app, chosen, given, invoker }: ChosenCall): AsyncGenerator<unknown, unknown> {
  if (chosen.kind !== 'entrypoint') {
    return yield* invoker.stream(targetOf(app, chosen, given), given.args).values;
  }
  return yield* chosen.declaration.fn(...given.args) as AsyncGenerator<unknown, unknown, undefined>;
}

async function readStream(values: Values, onValue: ChosenCall['onValue']): Promise<unknown> {
  const collected: unknown[] = [];
  for (;;) {
    const { done, value } = await values.next();
    if (done) return onValue === undefined ? collected : value;
    if (onValue === undefined) collected.push(value);
    else onValue(value);
  }
}

/** What the call is for. */
export function targetOf(
  app: string,
  { declaration, ...chosen }: ChosenFunction,
  { parameters }: CallArguments,
) {
  const target = { app, function: declaration.name ?? '' };
  return chosen.kind === 'method'
    ? { ...target, method: chosen.method, parameters: parameters ?? [] }
    : target;
}
