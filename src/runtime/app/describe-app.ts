/**
 * Describes a loaded app as a manifest: plain data with every default filled in.
 *
 * Pure. Names are already given and checked (check-names.ts).
 *
 * Invariants
 * - the manifest survives JSON unchanged
 * - same declaration, same manifest, key for key: deployments compare manifests
 */
import type { AppManifest, ClassManifest, FunctionManifest } from '../../protocol/manifest.ts';
import { publicMethods } from '../../sdk/class-methods.ts';
import type {
  AppDeclaration,
  AppOptions,
  ClassDeclaration,
  ServedDeclaration,
} from '../../sdk/declaration.ts';
import type { FunctionOptions } from '../../sdk/function-options.ts';
import { isGeneratorFunction } from '../../sdk/generator-function.ts';
import { Image } from '../../sdk/image.ts';
import { exit, hasHook } from '../../sdk/lifecycle.ts';
import { UserError } from '../../shared/errors.ts';
import { checkOptions } from '../options/check-options.ts';
import {
  APP_OPTION_RULES,
  CLASS_OPTION_RULES,
  ENTRYPOINT_OPTION_RULES,
  FUNCTION_OPTION_RULES,
} from '../options/option-rules.ts';
import { resolveOptions } from '../options/resolve-options.ts';
import { DescribedSecrets } from './describe-secrets.ts';
import { placedRecipe } from './place-recipe.ts';
import { scheduledArguments } from './schedule-errors.ts';
import { declarationPosition, displayPosition } from './source-position.ts';

/**
 * @throws UserError INVALID_OPTION or UNKNOWN_OPTION, naming the function and the option;
 *   CLASS_WITHOUT_METHODS, BATCHED_METHODS, BATCHED_GENERATOR, SCHEDULED_GENERATOR or SCHEDULED_ARGUMENTS
 */
export function describeApp(app: AppDeclaration, secrets = new DescribedSecrets()): AppManifest {
  checkOptions(`app ${app.name}${placeOf(app.declaredAt)}`, app.options, APP_OPTION_RULES);
  for (const entrypoint of app.entrypoints) {
    const owner = `local entrypoint ${entrypoint.name}${placeOf(entrypoint.declaredAt)}`;
    checkOptions(owner, entrypoint.options, ENTRYPOINT_OPTION_RULES);
  }
  return {
    app: app.name,
    functions: app.functions.map((served) => describeServed(app.options, served, secrets)),
  };
}

function describeServed(
  defaults: AppOptions,
  served: ServedDeclaration,
  secrets: DescribedSecrets,
): FunctionManifest {
  const owner = `${served.kind} ${served.name}${placeOf(served.declaredAt)}`;
  checkOptions(owner, served.options, served.kind === 'class' ? CLASS_OPTION_RULES : FUNCTION_OPTION_RULES);
  const options: FunctionOptions = served.options;
  const cls = served.kind === 'class' ? describeClass(owner, served) : undefined;
  const { python } = served;
  const generator = python?.outline?.generator ?? isGeneratorFunction(served.fn);
  if (options.batched !== undefined) checkBatchable(owner, generator, cls);
  if (options.schedule !== undefined) checkSchedulable(owner, generator, options);
  return {
    name: served.name as string,
    ...(cls !== undefined && { class: cls }),
    generator,
    runtime: python === undefined ? 'node' : 'python',
    image: placedRecipe(
      options.image ?? defaults.image ?? (python === undefined ? Image.node() : Image.python()),
      secrets,
    ),
    env: { ...defaults.env, ...options.env },
    secrets: [...secrets.describe(defaults.secrets), ...secrets.describe(options.secrets)],
    ...resolveOptions(owner, options),
    whenIdle: options.whenIdle ?? 'stop',
    singleUseContainers: options.singleUseContainers ?? false,
    ...(options.schedule !== undefined && { schedule: options.schedule }),
  };
}

function describeClass(owner: string, declaration: ClassDeclaration): ClassManifest {
  const methods = publicMethods(declaration);
  if (methods.length === 0) {
    throw new UserError('CLASS_WITHOUT_METHODS', `${owner} has no public method to call`, {
      suggestions: [
        'add one: async predict(text: string) { … }',
        'write it as a method: a property that holds a function is none',
      ],
    });
  }
  return { methods, hasExit: declaration.python?.outline?.hasExit ?? hasHook(declaration.fn, exit) };
}

/** A batch is one run of one function over lists: it has neither several methods nor several values. */
function checkBatchable(owner: string, generator: boolean, cls: ClassManifest | undefined): void {
  const [method, another] = cls?.methods ?? [];
  if (another !== undefined) {
    const names = cls?.methods.map(({ name }) => name).join(', ');
    throw new UserError('BATCHED_METHODS', `${owner} is batched and has more than one method: ${names}`, {
      suggestions: ['give each batched method a class of its own', 'make the others private'],
    });
  }
  if (generator || method?.generator === true) {
    throw new UserError('BATCHED_GENERATOR', `${owner} is batched, so it cannot yield values`, {
      suggestions: ['return a list with one result for each call', 'or leave batched out'],
    });
  }
}

/** A schedule gives no arguments, and has nobody to read values. What the function takes is check-schedules.ts. */
function checkSchedulable(owner: string, generator: boolean, { batched }: FunctionOptions): void {
  if (generator) {
    throw new UserError('SCHEDULED_GENERATOR', `${owner} has a schedule, so it cannot yield values`, {
      suggestions: ['return what it has to tell', 'or call it from a function that has the schedule'],
    });
  }
  if (batched !== undefined) throw scheduledArguments(owner, 'a list');
}

function placeOf(declaredAt: string): string {
  const position = declarationPosition(declaredAt);
  return position === undefined ? '' : ` (${displayPosition(position)})`;
}
