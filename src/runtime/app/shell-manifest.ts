/**
 * What a shell is opened for, as a manifest of one function: one of an app, or none but an image.
 *
 * Pure.
 */
import type { AppManifest, FunctionManifest } from '../../protocol/manifest.ts';
import type { FunctionDeclaration } from '../../sdk/declaration.ts';
import { Image } from '../../sdk/image.ts';
import { UserError } from '../../shared/errors.ts';
import { nearestName } from '../../shared/names.ts';
import { describeApp } from './describe-app.ts';

/** What a shell is given in place of what the function asks for. */
export interface ShellResources {
  readonly cpu?: number | undefined;
  readonly memoryMiB?: number | undefined;
}

/** The app of a manifest with the function of the shell alone. Throws FUNCTION_NOT_FOUND and FUNCTION_NOT_CHOSEN. */
export function shellOf(
  manifest: AppManifest,
  name: string | undefined,
  resources: ShellResources,
): AppManifest {
  const names = manifest.functions.map((fn) => fn.name);
  // A method runs where its class does.
  const wanted = name?.split('.')[0];
  const [sole] = manifest.functions;
  const found =
    wanted === undefined && names.length === 1 ? sole : manifest.functions.find((fn) => fn.name === wanted);
  if (found !== undefined) return { app: manifest.app, functions: [withResources(found, resources)] };
  if (wanted === undefined) {
    throw new UserError('FUNCTION_NOT_CHOSEN', `the app ${manifest.app} has ${names.length} functions`, {
      suggestions: [
        `name one behind the file: app.ts::${names[0] ?? 'NAME'}`,
        `there are ${names.join(', ')}`,
      ],
    });
  }
  const near = nearestName(wanted, names);
  throw new UserError('FUNCTION_NOT_FOUND', `no function ${wanted} is declared in the app ${manifest.app}`, {
    suggestions: [near === undefined ? `there are ${names.join(', ')}` : `did you mean ${near}?`],
  });
}

/** A shell without an app, in the image of that tag or in the one that functions have by default. */
export function bareShell(tag: string | undefined, resources: ShellResources): AppManifest {
  const image = tag === undefined ? Image.node() : Image.fromRegistry(tag);
  const shell: FunctionDeclaration = {
    ...{ kind: 'function', name: 'shell', options: { image } },
    fn: () => {},
    handle: undefined,
    declaredAt: '',
  };
  const app = {
    ...{ name: 'shell', options: {}, functions: [shell], entrypoints: [] },
    handle: undefined,
    declaredAt: '',
  };
  return shellOf(describeApp(app), 'shell', resources);
}

function withResources(fn: FunctionManifest, { cpu, memoryMiB }: ShellResources): FunctionManifest {
  return { ...fn, ...(cpu !== undefined && { cpu }), ...(memoryMiB !== undefined && { memoryMiB }) };
}
