/**
 * The flags of a class's method: those of its constructor and its own, pooled into one list.
 *
 * Pure. Where the two cannot be told apart, the error says how to call the method instead.
 */
import type { CallParameters, FunctionParameters } from '../protocol/parameters.ts';
import { UserError } from '../shared/errors.ts';
import {
  argumentsFrom,
  collectFlags,
  helpHint,
  type ListedParameters,
  parseFunctionFlags,
  requireFlags,
} from './function-flags.ts';

/** What to call a function with. */
export interface CallArguments {
  /** Of the constructor, where a method is called. */
  readonly parameters?: readonly unknown[];
  readonly args: readonly unknown[];
}

/** The arguments of constructor and method. Throws like parseFunctionFlags, and METHOD_FLAGS_CLASH. */
export function parseMethodFlags(
  { construct, call }: CallParameters,
  argv: readonly string[],
  reference: string,
): CallArguments {
  if (construct === undefined) return { args: parseFunctionFlags(call, argv, reference) };
  if (takesNothing(construct)) return { parameters: [], args: parseFunctionFlags(call, argv, reference) };
  const groups = listedGroups(construct, call, reference);
  const [ofConstructor, ofMethod] = groups;
  const hint = helpHint(reference);
  const given = collectFlags([...ofConstructor.parameters, ...ofMethod.parameters], argv, hint);
  requireFlags(groups, given, hint);
  return { parameters: argumentsFrom(ofConstructor, given), args: argumentsFrom(ofMethod, given) };
}

/** Both as one list, for help. */
export function pooledParameters({ construct, call }: CallParameters, reference: string): FunctionParameters {
  if (construct === undefined || takesNothing(construct)) return call;
  const groups = listedGroups(construct, call, reference);
  return {
    ...(call.description !== undefined && { description: call.description }),
    style: 'positional',
    parameters: groups.flatMap(({ style, optional, parameters }) =>
      style === 'object' && optional === true
        ? parameters.map((parameter) => ({ ...parameter, required: false }))
        : parameters,
    ),
  };
}

function takesNothing(parameters: FunctionParameters): boolean {
  return 'parameters' in parameters && parameters.parameters.length === 0;
}

function listedGroups(
  construct: FunctionParameters,
  call: FunctionParameters,
  reference: string,
): readonly [ListedParameters, ListedParameters] {
  if (!('parameters' in construct) || !('parameters' in call)) {
    throw clash(`${reference} takes any arguments, so none can be told to be for the constructor`);
  }
  const spellings = construct.parameters.flatMap(({ name, flag }) => [name, flag]);
  const same = call.parameters.find(({ name, flag }) => spellings.includes(name) || spellings.includes(flag));
  if (same !== undefined) {
    throw clash(`--${same.flag} of ${reference} is a flag of both the constructor and the method`);
  }
  return [construct, call];
}

function clash(message: string): UserError {
  return new UserError('METHOD_FLAGS_CLASH', message, {
    suggestions: [
      'call it from a local entrypoint: new Model(…).method.remote(…)',
      'or rename the parameter in one of them',
    ],
  });
}
