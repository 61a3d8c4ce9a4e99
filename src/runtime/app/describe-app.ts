/**
 * Describes a loaded app as a manifest: plain data with every default filled in.
 *
 * Pure. Names are already given and checked (check-names.ts).
 *
 * Invariants
 * - the manifest survives JSON unchanged
 * - same declaration, same manifest, key for key: deployments compare manifests
 */
import type { AppManifest, FunctionManifest } from '../../protocol/manifest.ts';
import type { AppDeclaration, AppOptions, FunctionDeclaration } from '../../sdk/declaration.ts';
import { Image } from '../../sdk/image.ts';
import { checkOptions } from '../options/check-options.ts';
import { APP_OPTION_RULES, ENTRYPOINT_OPTION_RULES, FUNCTION_OPTION_RULES } from '../options/option-rules.ts';
import { resolveOptions } from '../options/resolve-options.ts';
import { DescribedSecrets } from './describe-secrets.ts';
import { declarationPosition, displayPosition } from './source-position.ts';

/** @throws UserError INVALID_OPTION or UNKNOWN_OPTION, naming the function and the option */
export function describeApp(app: AppDeclaration, secrets = new DescribedSecrets()): AppManifest {
  checkOptions(`app ${app.name}${placeOf(app.declaredAt)}`, app.options, APP_OPTION_RULES);
  for (const entrypoint of app.entrypoints) {
    const owner = `local entrypoint ${entrypoint.name}${placeOf(entrypoint.declaredAt)}`;
    checkOptions(owner, entrypoint.options, ENTRYPOINT_OPTION_RULES);
  }
  return { app: app.name, functions: app.functions.map((fn) => describeFunction(app.options, fn, secrets)) };
}

function describeFunction(
  defaults: AppOptions,
  declaration: FunctionDeclaration,
  secrets: DescribedSecrets,
): FunctionManifest {
  const { options } = declaration;
  const name = declaration.name as string;
  const owner = `function ${name}${placeOf(declaration.declaredAt)}`;
  checkOptions(owner, options, FUNCTION_OPTION_RULES);
  return {
    name,
    generator: false,
    image: (options.image ?? defaults.image ?? Image.node()).recipe,
    env: { ...defaults.env, ...options.env },
    secrets: [...secrets.describe(defaults.secrets), ...secrets.describe(options.secrets)],
    ...resolveOptions(owner, options),
    whenIdle: options.whenIdle ?? 'stop',
    singleUseContainers: options.singleUseContainers ?? false,
  };
}

function placeOf(declaredAt: string): string {
  const position = declarationPosition(declaredAt);
  return position === undefined ? '' : ` (${displayPosition(position)})`;
}
