/**
 * What `dray shell` opens, from its reference and flags.
 */
import type { AppManifest } from '../protocol/manifest.ts';
import { UserError } from '../shared/errors.ts';
import { parseFunctionReference } from './function-reference.ts';

export interface ShellFlags {
  readonly image?: string | undefined;
  /** As it was typed. */
  readonly cpu?: string | undefined;
  /** In MiB. */
  readonly memory?: number | undefined;
  readonly environment: string;
}

export interface RequestedShell {
  readonly manifest: AppManifest;
  readonly environment: string;
  readonly localSecrets: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

/** The shell for a function of a file, or for an image. Throws a UserError. */
export async function shellRequest(reference: string, flags: ShellFlags): Promise<RequestedShell> {
  const { image, memory: memoryMiB, environment } = flags;
  const { bareShell, shellOf } = await import('../runtime/app/shell-manifest.ts');
  const resources = { cpu: coresOf(flags.cpu), memoryMiB };
  if (reference === '') {
    return { manifest: bareShell(image, resources), environment, localSecrets: new Map() };
  }
  const { file, name } = parseFunctionReference(reference);
  const { openApp } = await import('../runtime/app/open-app.ts');
  const opened = await openApp(file);
  const manifest = shellOf(opened.manifest, name, resources);
  const localSecrets = await opened.localSecrets();
  if (image === undefined) return { manifest, environment, localSecrets };
  const [bare] = bareShell(image, resources).functions;
  const functions = manifest.functions.map((fn) => ({ ...fn, ...(bare && { image: bare.image }) }));
  return { manifest: { ...manifest, functions }, environment, localSecrets };
}

function coresOf(typed: string | undefined): number | undefined {
  if (typed === undefined) return undefined;
  const cores = Number(typed);
  if (Number.isFinite(cores) && cores > 0) return cores;
  throw new UserError('INVALID_OPTION', `--cpu ${typed} is no number of cores`, {
    suggestions: ['give a number above 0: --cpu 0.5'],
  });
}
