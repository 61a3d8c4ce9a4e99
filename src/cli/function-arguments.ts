/**
 * The arguments to call a function with, from what was typed after its reference: flags, then its schema.
 */
import type { CallParameters } from '../protocol/parameters.ts';
import { checkInput } from './check-input.ts';
import type { ChosenFunction } from './function-reference.ts';
import { type CallArguments, parseMethodFlags } from './method-flags.ts';

/** `reference` is what the user ran, for hints. Throws a UserError of the FUNCTION_FLAG family. */
export async function functionArguments(
  chosen: ChosenFunction,
  parameters: CallParameters,
  argv: readonly string[],
  reference: string,
): Promise<CallArguments> {
  const parsed = parseMethodFlags(parameters, argv, reference);
  const input = chosen.kind === 'method' ? undefined : chosen.declaration.options.input;
  if (input === undefined) return parsed;
  return { ...parsed, args: await checkInput(input, parameters.call, parsed.args, reference) };
}
