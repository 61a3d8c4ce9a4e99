/**
 * What `dray run FILE --help` tells, as data: the chosen function, and what else the file has.
 */
import type { OpenedApp } from './function-arguments.ts';
import {
  chooseFunction,
  type FunctionReference,
  functionReference,
  functionReferences,
  parseFunctionReference,
} from './function-reference.ts';
import { pooledParameters } from './method-flags.ts';
import type { FunctionHelp } from './render/function-help.ts';

/** The help of what a reference means. Throws like chooseFunction. */
function functionHelp({ app, parametersOf }: OpenedApp, wanted: FunctionReference): FunctionHelp {
  const { file } = wanted;
  const chosen = chooseFunction(wanted, app.declaration);
  const reference = functionReference(file, chosen);
  const parameters = pooledParameters(parametersOf(chosen.declaration, chosen.method), reference);
  const others = functionReferences(file, app.declaration).filter((other) => other !== reference);
  return { reference, parameters, others };
}

/** The same for what was typed: its flags are only known from the file. Throws as opening an app does. */
export async function functionHelpOf(text: string): Promise<FunctionHelp> {
  const reference = parseFunctionReference(text);
  const { openApp } = await import('../runtime/app/open-app.ts');
  return functionHelp(await openApp(reference.file), reference);
}
