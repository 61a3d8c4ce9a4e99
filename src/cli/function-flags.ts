/**
 * Turns what the user typed after FILE into the arguments to call the function with.
 *
 * Pure. Flags are taken by their kebab-case name and by the parameter's own name. Defaults are the
 * function's own: what is not given is left out. A schema's checks come after this (check-input.ts).
 */
import { parseArgs } from 'node:util';
import type { FunctionParameters, Parameter } from '../protocol/parameters.ts';
import { UserError } from '../shared/errors.ts';
import { nearestName } from '../shared/names.ts';
import { flagValue } from './flag-value.ts';
import { parseFreeFlags } from './free-flags.ts';

/** Parameters that can be listed. */
export type ListedParameters = Extract<FunctionParameters, { readonly parameters: unknown }>;

/**
 * The arguments for the function. `reference` is what the user ran, for the hint at its help.
 *
 * @throws UserError FUNCTION_FLAG_UNKNOWN, FUNCTION_FLAG_UNEXPECTED, FUNCTION_FLAG_NO_VALUE,
 *   FUNCTION_FLAG_INVALID or FUNCTION_FLAG_MISSING
 */
export function parseFunctionFlags(
  parameters: FunctionParameters,
  argv: readonly string[],
  reference = 'FILE',
): unknown[] {
  const hint = helpHint(reference);
  if (parameters.style === 'raw') return [...argv];
  if (parameters.style === 'free') return [parseFreeFlags(argv, hint)];
  const given = collectFlags(parameters.parameters, argv, hint);
  requireFlags([parameters], given, hint);
  return argumentsFrom(parameters, given);
}

/** Where to see what there is. */
export function helpHint(reference: string): string {
  return `see its flags: dray run ${reference} --help`;
}

/** Throws where a required flag was not given. An object that may be left out asks for its fields only when one is given. */
export function requireFlags(
  groups: readonly ListedParameters[],
  given: ReadonlyMap<string, unknown>,
  hint: string,
): void {
  const missing = groups
    .filter((group) => !isLeftOut(group, given))
    .flatMap(({ parameters }) => parameters.filter((each) => each.required && !given.has(each.name)));
  if (missing.length === 0) return;
  const flags = missing.map(({ flag }) => `--${flag}`).join(', ');
  const plural = missing.length === 1 ? 'flag' : 'flags';
  throw new UserError('FUNCTION_FLAG_MISSING', `missing required ${plural} ${flags}`, {
    suggestions: [hint],
  });
}

/** Arguments of a function from values by parameter name; values of other names are not its own. */
export function argumentsFrom(parameters: ListedParameters, given: ReadonlyMap<string, unknown>): unknown[] {
  if (isLeftOut(parameters, given)) return [];
  if (parameters.style === 'positional') return positionalArguments(parameters.parameters, given);
  const fields = parameters.parameters.filter(({ name }) => given.has(name));
  return [Object.fromEntries(fields.map(({ name }) => [name, given.get(name)]))];
}

function isLeftOut({ style, optional, parameters }: ListedParameters, given: ReadonlyMap<string, unknown>) {
  return style === 'object' && optional === true && !parameters.some(({ name }) => given.has(name));
}

function positionalArguments(
  parameters: readonly Parameter[],
  given: ReadonlyMap<string, unknown>,
): unknown[] {
  const args = parameters.flatMap(({ name, rest }) => (rest ? [] : [given.get(name)]));
  const rest = parameters.find((parameter) => parameter.rest);
  if (rest !== undefined && given.has(rest.name)) return [...args, ...(given.get(rest.name) as unknown[])];
  // Arguments that nobody gave are left out rather than undefined: `arguments.length` is then right too.
  while (args.length > 0 && args.at(-1) === undefined) args.pop();
  return args;
}

/** The values by parameter name, in the order of the parameters. */
export function collectFlags(
  parameters: readonly Parameter[],
  argv: readonly string[],
  hint: string,
): ReadonlyMap<string, unknown> {
  const known = knownFlags(parameters);
  const given = new Map<string, unknown>();
  for (const token of tokensOf(known, argv)) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') {
      const rest = parameters.find((parameter) => parameter.rest);
      if (rest === undefined) throw unexpected(token.value, parameters, hint);
      add(given, rest, flagValue(rest, token.value, hint));
      continue;
    }
    const flag = token.rawName.startsWith('--') ? known.get(token.name) : undefined;
    if (flag === undefined) throw unknown(token.rawName, known, hint);
    const { parameter, negated } = flag;
    if (isBoolean(parameter)) {
      const value = token.value === undefined ? true : flagValue(parameter, token.value, hint);
      add(given, parameter, negated ? value === false : value);
    } else {
      const isFlag = !token.inlineValue && token.value?.startsWith('--') && known.has(token.value.slice(2));
      if (token.value === undefined || isFlag) throw noValue(parameter, hint);
      add(given, parameter, flagValue(parameter, token.value, hint));
    }
  }
  return new Map(parameters.flatMap(({ name }) => (given.has(name) ? [[name, given.get(name)]] : [])));
}

interface KnownFlag {
  readonly parameter: Parameter;
  /** `--no-x` of a boolean `x`. */
  readonly negated: boolean;
}

/** Every spelling that is taken, without dashes. A parameter's own name wins over another's negation. */
function knownFlags(parameters: readonly Parameter[]): Map<string, KnownFlag> {
  const known = new Map<string, KnownFlag>();
  for (const parameter of parameters.filter(isBoolean)) {
    for (const name of [parameter.flag, parameter.name])
      known.set(`no-${name}`, { parameter, negated: true });
  }
  for (const parameter of parameters) {
    for (const name of [parameter.name, parameter.flag]) known.set(name, { parameter, negated: false });
  }
  return known;
}

function tokensOf(known: ReadonlyMap<string, KnownFlag>, argv: readonly string[]) {
  const options = Object.fromEntries(
    [...known].map(([name, { parameter }]) => [
      name,
      { type: isBoolean(parameter) ? 'boolean' : 'string' } as const,
    ]),
  );
  const { tokens } = parseArgs({
    args: [...argv],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  return tokens;
}

function add(given: Map<string, unknown>, parameter: Parameter, value: unknown): void {
  if (parameter.type.kind !== 'array') given.set(parameter.name, value);
  else given.set(parameter.name, [...((given.get(parameter.name) as unknown[] | undefined) ?? []), value]);
}

function isBoolean({ type }: Parameter): boolean {
  return type.kind === 'boolean';
}

function unknown(rawName: string, known: ReadonlyMap<string, KnownFlag>, hint: string): UserError {
  const near = nearestName(rawName.replace(/^-+/, ''), known.keys());
  return new UserError('FUNCTION_FLAG_UNKNOWN', `the function has no flag ${rawName}`, {
    suggestions: near === undefined ? [hint] : [`did you mean --${near}?`, hint],
  });
}

function unexpected(value: string, parameters: readonly Parameter[], hint: string): UserError {
  const [first] = parameters;
  return new UserError('FUNCTION_FLAG_UNEXPECTED', `unexpected argument ${JSON.stringify(value)}`, {
    suggestions: first === undefined ? [hint] : [`values follow a flag: --${first.flag} ${value}`, hint],
  });
}

function noValue({ flag }: Parameter, hint: string): UserError {
  return new UserError('FUNCTION_FLAG_NO_VALUE', `--${flag} needs a value`, {
    suggestions: [`--${flag}=VALUE, or --${flag} VALUE`, hint],
  });
}
