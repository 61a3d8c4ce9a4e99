/**
 * Prepares one version of an app: its secrets, images and bundles, and from them what each function's containers are
 * made of.
 *
 * Nothing runs yet. What was prepared is disposed of where it is not used, and when it is over.
 */
import type {
  AppListener,
  AppRequest,
  FunctionPart,
  ImageReport,
  PlannedPart,
} from '../../protocol/control-plane.ts';
import type { AppManifest, FunctionManifest } from '../../protocol/manifest.ts';
import type { ImageHost } from '../images/image-host.ts';
import { wantedImage } from '../images/wanted-image.ts';
import type { OpenVault } from '../secrets/open-vault.ts';
import { type AppSecrets, resolveSecrets } from '../secrets/resolve-secrets.ts';
import type { FunctionParts } from './container-launcher.ts';
import { functionFingerprint } from './function-fingerprint.ts';
import { prepareImages } from './prepare-images.ts';
import { reportedImages } from './reported-images.ts';

export interface AppVersion extends AsyncDisposable {
  readonly manifest: AppManifest;
  readonly images: readonly ImageReport[];
  /** By function. */
  readonly made: ReadonlyMap<string, FunctionParts>;
  /** The same, as it can be told. */
  readonly parts: ReadonlyMap<string, FunctionPart>;
}

export interface VersionSources {
  /** Where images are built; undefined with a backend that runs none. */
  readonly imageHost: ImageHost | undefined;
  /** Default: the vault of this user. */
  readonly openVault?: (() => Promise<OpenVault>) | undefined;
}

/**
 * Prepares a version. The images and the bundles at the same time, as neither needs the other; nothing is built for an app
 * whose secrets are not there.
 */
export async function prepareVersion(
  { imageHost, openVault }: VersionSources,
  request: AppRequest,
  listener: Pick<AppListener, 'onImage'>,
): Promise<AppVersion> {
  const { manifest, bundleFor, signal } = request;
  const resolving = resolveSecrets(request, openVault);
  try {
    const [secrets, images, bundles] = await Promise.all([
      resolving,
      imageHost &&
        resolving.then((resolved) =>
          prepareImages({
            app: manifest.app,
            environment: request.environment,
            functions: manifest.functions,
            host: reportedImages(imageHost, listener, manifest.app),
            secrets: resolved,
            // What is deployed starts again with its server, and is the same then.
            rebuild: { forced: request.lifetime !== 'deployed', ...request.rebuild },
            signal,
          }),
        ),
      Promise.all(manifest.functions.map((fn) => bundleFor(fn.name))),
    ]);
    const made = new Map<string, FunctionParts>();
    for (const [index, { name }] of manifest.functions.entries()) {
      const bundle = bundles[index] as FunctionParts['bundle'];
      const { reference = '', node } = images?.[index] ?? {};
      made.set(name, {
        image: reference,
        ...(node !== undefined && { node }),
        bundle,
        secrets,
        fingerprint: '',
      });
    }
    const reports = new Map(images?.map(({ reference, built }) => [reference, { tag: reference, built }]));
    return {
      manifest,
      made,
      images: [...reports.values()],
      parts: await partsOf(manifest.functions, made, secrets),
      [Symbol.asyncDispose]: () => secrets[Symbol.asyncDispose]() as Promise<void>,
    };
  } catch (error) {
    await resolving.then(
      (resolved) => resolved[Symbol.asyncDispose](),
      () => {},
    );
    throw error;
  }
}

/** What a version would be made of. Nothing is pulled or built. */
export async function planVersion(
  { imageHost, openVault }: VersionSources,
  request: AppRequest,
): Promise<ReadonlyMap<string, PlannedPart>> {
  const { functions } = request.manifest;
  await using secrets = await resolveSecrets(request, openVault);
  const made = new Map<string, FunctionParts>();
  for (const fn of functions) {
    const image = imageHost === undefined ? '' : (await wantedImage(fn.image)).reference;
    made.set(fn.name, { image, bundle: await request.bundleFor(fn.name), secrets, fingerprint: '' });
  }
  const parts = await partsOf(functions, made, secrets);
  const references = [...new Set([...parts.values()].map(({ image }) => image))];
  const present = await Promise.all(references.map((image) => imageHost?.hasImage(image) ?? true));
  const missing = new Set(references.filter((_, index) => !present[index]));
  return new Map([...parts].map(([name, part]) => [name, { ...part, isMissing: missing.has(part.image) }]));
}

async function partsOf(
  functions: readonly FunctionManifest[],
  made: ReadonlyMap<string, FunctionParts>,
  secrets: AppSecrets,
): Promise<Map<string, FunctionPart>> {
  const parts = new Map<string, FunctionPart>();
  for (const fn of functions) {
    const part = made.get(fn.name) as FunctionParts;
    const { image, bundle } = part;
    const ingredients = { image, bundle: bundle.digest, secrets: await secrets.versionOf(fn) };
    part.fingerprint = functionFingerprint(fn, ingredients);
    parts.set(fn.name, { image, bundle: bundle.digest, fingerprint: part.fingerprint });
  }
  return parts;
}
