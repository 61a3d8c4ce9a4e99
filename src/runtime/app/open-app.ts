/**
 * An app file, opened for the command line: loaded, described, and ready to be bundled.
 *
 * It only puts the parts of this folder together; each decides its own matters.
 */
import type { Bundle } from '../../protocol/bundle.ts';
import type { AppManifest, FunctionManifest } from '../../protocol/manifest.ts';
import type { CallParameters } from '../../protocol/parameters.ts';
import type { EntrypointDeclaration, ServedDeclaration } from '../../sdk/declaration.ts';
import { bundlePython, type PythonEntry } from '../python/python-bundle.ts';
import type { LocalSecretValues } from '../secrets/local-secrets.ts';
import { bundleApp } from './bundle-app.ts';
import { describeApp } from './describe-app.ts';
import { DescribedSecrets } from './describe-secrets.ts';
import { imagePackages } from './image-packages.ts';
import { type LoadedApp, loadApp } from './load-app.ts';
import { readMethodParameters, readParameters } from './read-parameters.ts';

export interface OpenApp {
  readonly app: LoadedApp;
  readonly manifest: AppManifest;
  /** Values of the secrets that the app brings along, by the ids of the manifest's references. Read when asked for. */
  localSecrets(): Promise<LocalSecretValues>;
  /** The code for a function's containers. Functions whose images install the same packages share it. */
  bundleFor(functionName: string): Promise<Bundle>;
  /** What a function, an entrypoint or a method of a class takes, for its flags. */
  parametersOf(declaration: ServedDeclaration | EntrypointDeclaration, method?: string): CallParameters;
}

/** Opens an app file. Throws a UserError where something in it is wrong. */
export async function openApp(file: string): Promise<OpenApp> {
  const app = await loadApp(file);
  const secrets = new DescribedSecrets();
  const manifest = describeApp(app.declaration, secrets);
  if (manifest.functions.some(({ schedule }) => schedule !== undefined)) {
    const { checkSchedules } = await import('./check-schedules.ts');
    checkSchedules(app.declaration.functions);
  }
  const bundles = new Map<string, Promise<Bundle>>();
  return {
    app,
    manifest,
    async localSecrets() {
      if (secrets.local.size === 0) return new Map();
      const { readLocalSecrets } = await import('../secrets/local-secrets.ts');
      return readLocalSecrets(secrets.local, app.file);
    },
    parametersOf: (declaration, method = '') =>
      declaration.kind === 'class'
        ? readMethodParameters(declaration, method)
        : { call: readParameters(declaration) },
    async bundleFor(functionName) {
      const fn = manifest.functions.find(({ name }) => name === functionName) as FunctionManifest;
      const python = pythonEntry(app, functionName);
      if (python !== undefined) return bundlePython(python);
      const installed = await imagePackages(fn.image);
      const key = JSON.stringify(installed);
      let bundle = bundles.get(key);
      if (bundle === undefined) {
        bundle = bundleApp({ app, installed });
        bundles.set(key, bundle);
      }
      return bundle;
    },
  };
}

/** Where a Python function or class is; undefined for any other. */
function pythonEntry({ declaration }: LoadedApp, functionName: string): PythonEntry | undefined {
  const served = declaration.functions.find(({ name }) => name === functionName);
  const outline = served?.python?.outline;
  if (served?.python === undefined || outline === undefined) return undefined;
  return { file: outline.file, name: served.python.name, kind: served.kind };
}
