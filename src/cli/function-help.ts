/**
 * What `dray run FILE --help` tells, as data: the chosen function, and what else the file has. Pure.
 */
import type { OpenedApp } from './function-arguments.ts';
import {
  chooseFunction,
  type FunctionReference,
  functionReference,
  functionReferences,
} from './function-reference.ts';
import { pooledParameters } from './method-flags.ts';
import type { FunctionHelp } from './render/function-help.ts';

/** The help of what a reference means. Throws like chooseFunction. */
export function functionHelp({ app, parametersOf }: OpenedApp, wanted: FunctionReference): FunctionHelp {
  const { file } = wanted;
  const chosen = chooseFunction(wanted, app.declaration);
  const reference = functionReference(file, chosen);
  const parameters = pooledParameters(parametersOf(chosen.declaration, chosen.method), reference);
  const others = functionReferences(file, app.declaration).filter((other) => other !== reference);
  return { reference, parameters, others };
}
