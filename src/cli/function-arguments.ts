/**
 * What the user wants to be called, and with what: from the reference and what was typed after it, flags first,
 * then the function's schema.
 */
import type { CallParameters } from '../protocol/parameters.ts';
import type { AppDeclaration, EntrypointDeclaration, ServedDeclaration } from '../sdk/declaration.ts';
import { checkInput } from './check-input.ts';
import { type ChosenFunction, chooseFunction, type FunctionReference } from './function-reference.ts';
import { type CallArguments, parseMethodFlags } from './method-flags.ts';

/** An app file, as far as choosing needs it. */
export interface OpenedApp {
  readonly app: { readonly declaration: AppDeclaration };
  parametersOf(declaration: ServedDeclaration | EntrypointDeclaration, method?: string): CallParameters;
}

export interface ChosenArguments {
  readonly chosen: ChosenFunction;
  readonly given: CallArguments;
}

/** `text` is the reference as it was typed, for hints. Throws a UserError of the FUNCTION or FUNCTION_FLAG family. */
export async function chooseArguments(
  opened: OpenedApp,
  reference: FunctionReference,
  argv: readonly string[],
  text: string,
): Promise<ChosenArguments> {
  const chosen = chooseFunction(reference, opened.app.declaration);
  const parameters = opened.parametersOf(chosen.declaration, chosen.method);
  const given = parseMethodFlags(parameters, argv, text);
  const input = chosen.kind === 'method' ? undefined : chosen.declaration.options.input;
  if (input === undefined) return { chosen, given };
  const args = await checkInput(input, parameters.call, given.args, text);
  return { chosen, given: { ...given, args } };
}
