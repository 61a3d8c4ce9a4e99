/**
 * What `dray run FILE --help` tells, as data: the chosen function, and what else the file has. Pure.
 */
import type { CallParameters } from '../protocol/parameters.ts';
import type { AppDeclaration } from '../sdk/declaration.ts';
import { type ChosenFunction, functionReference, functionReferences } from './function-reference.ts';
import { pooledParameters } from './method-flags.ts';
import type { FunctionHelp } from './render/function-help.ts';

/** The help of a chosen function. */
export function functionHelp(
  file: string,
  app: AppDeclaration,
  chosen: ChosenFunction,
  parameters: CallParameters,
): FunctionHelp {
  const reference = functionReference(file, chosen);
  const others = functionReferences(file, app).filter((other) => other !== reference);
  return { reference, parameters: pooledParameters(parameters, reference), others };
}
