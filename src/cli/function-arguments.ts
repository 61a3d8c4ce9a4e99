/**
 * The arguments to call a function with, from what was typed after its reference: flags, then its schema.
 */
import type { FunctionParameters } from '../protocol/parameters.ts';
import { checkInput } from './check-input.ts';
import { parseFunctionFlags } from './function-flags.ts';
import type { ChosenFunction } from './function-reference.ts';

/** `reference` is what the user ran, for hints. Throws a UserError of the FUNCTION_FLAG family. */
export async function functionArguments(
  { declaration }: ChosenFunction,
  parameters: FunctionParameters,
  argv: readonly string[],
  reference: string,
): Promise<unknown[]> {
  const args = parseFunctionFlags(parameters, argv, reference);
  const { input } = declaration.options;
  return input === undefined ? args : checkInput(input, parameters, args, reference);
}
