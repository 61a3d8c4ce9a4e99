/**
 * Sees to it that a host holds the image of each recipe: asks for it, and pulls or builds what is missing.
 *
 * An image that is there is not even mentioned to a builder: its name says what is in it (image-tag.ts). It decides
 * what to do and in what order; the host does it.
 *
 * Invariants
 * - recipes of one image are looked up, pulled or built once, whatever their number
 * - the first failure, or the signal, ends everything that is under way before it is thrown
 */
import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { ImageRecipe, StepSecret } from '../../sdk/recipe.ts';
import { textEntry } from './build-context.ts';
import { type BuildNetwork, readBuildNetwork } from './build-network.ts';
import { dockerfileFor } from './dockerfile.ts';
import type { ImageBuild, ImageProgress, ImageStore } from './image-host.ts';
import { checkRecipe } from './recipe-check.ts';
import { loginOfSecret } from './registry-auth.ts';
import { CA_BUNDLE_FILE } from './run-step.ts';
import { contextEntries } from './step-files.ts';
import { type SecretsOfSteps, secretValues } from './step-secrets.ts';
import { type WantedImage, wantedImage } from './wanted-image.ts';

/** Path of a generated Dockerfile in its context. */
const DOCKERFILE = 'Dockerfile';

/** Every image that dray built carries it. */
const IMAGE_LABEL = 'dev.dray.image';
/** The digest of the recipe that the image was built from. */
const RECIPE_LABEL = 'dev.dray.recipe';

export interface EnsuredImage {
  readonly recipe: ImageRecipe;
  /** Under which the host holds it. */
  readonly reference: string;
  /** It was missing, and built now. */
  readonly built: boolean;
  /** It was missing, and pulled now. A base that a build needed is the builder's work and not counted. */
  readonly pulled: boolean;
}

/** Reasons to get an image that is there. It takes the other's name once it is complete. */
export interface Rebuild {
  /** Build everything, with nothing that the builder remembers. */
  readonly noCache?: boolean;
  /** Fetch the images of registries, in case their tags have moved, and build on what came. */
  readonly pull?: boolean;
  /** Build where a step says `forceBuild`. Default: true. */
  readonly forced?: boolean;
}

export interface EnsureOptions {
  /** Ends pulls and builds at once; the promise then rejects with its reason. */
  readonly signal?: AbortSignal;
  /** Pulls and builds at a time. Default: the cores of this machine. */
  readonly concurrency?: number;
  /** Values of the secrets of a step, by variable. Default: there are none. */
  readonly secretsOf?: (secrets: readonly StepSecret[]) => Promise<Readonly<Record<string, string>>>;
  /** What is built although it is there. Default: what has a step that is to run anew. */
  readonly rebuild?: Rebuild;
  /** The user's shell, for proxies and CAs. Default: this process's environment. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Told what happens to the image of this reference. */
export type OnEnsureProgress = (reference: string, progress: ImageProgress) => void;

/**
 * The image of each recipe, in the order of the recipes.
 *
 * Throws a UserError where a recipe cannot be right, before the host is asked anything; else what the host throws.
 */
export async function ensureImages(
  recipes: readonly ImageRecipe[],
  host: ImageStore,
  onProgress: OnEnsureProgress,
  options: EnsureOptions = {},
): Promise<EnsuredImage[]> {
  for (const recipe of recipes) checkRecipe(recipe);
  const wanted = await Promise.all(recipes.map(wantedImage));
  const byReference = new Map(wanted.map((image) => [image.reference, image]));
  // Whether a step is forced is no part of a name: the image that is asked to be built is.
  for (const image of wanted) if (isForced(image.recipe)) byReference.set(image.reference, image);
  const present = await Promise.all(
    [...byReference.values()].map(
      async (image) => !isWantedAnew(image, options) && host.hasImage(image.reference),
    ),
  );
  const missing = [...byReference].filter((_, index) => !present[index]);
  for (const [reference] of missing) host.expect?.(reference);
  if (missing.length > 0) await getImages(new Map(missing), host, onProgress, options);
  const wasMissing = new Set(missing.map(([reference]) => reference));
  return wanted.map(({ reference, pulled }, index) => {
    const got = wasMissing.has(reference);
    const recipe = recipes[index] as ImageRecipe;
    return { recipe, reference, built: got && !pulled, pulled: got && pulled };
  });
}

function isForced({ steps }: ImageRecipe): boolean {
  return steps.some(({ force }) => force === true);
}

function isWantedAnew({ recipe, pulled }: WantedImage, { rebuild = {} }: EnsureOptions): boolean {
  const { noCache = false, pull = false, forced = true } = rebuild;
  return pull || (noCache && !pulled) || (forced && isForced(recipe));
}

async function getImages(
  missing: ReadonlyMap<string, WantedImage>,
  host: ImageStore,
  onProgress: OnEnsureProgress,
  options: EnsureOptions,
): Promise<void> {
  const failed = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, failed.signal]) : failed.signal;
  const network = await readBuildNetwork(options.env ?? process.env);
  const secretsOf = ({ steps }: ImageRecipe): Promise<SecretsOfSteps> =>
    Promise.all(
      steps.map(async ({ secrets }) => (secrets === undefined ? undefined : options.secretsOf?.(secrets))),
    );
  const loginOf = async ({ base, login }: ImageRecipe) =>
    login && loginOfSecret(base, (await options.secretsOf?.([login])) ?? {});
  const bases = new Map<string, Promise<void>>();
  const present = async (base: WantedImage) => !isWantedAnew(base, options) && host.hasImage(base.reference);
  const get = async (image: WantedImage): Promise<void> => {
    const { reference, base, pulled } = image;
    const report = (progress: ImageProgress) => onProgress(reference, progress);
    if (base !== undefined) {
      const { reference: name } = base;
      bases.set(name, bases.get(name) ?? present(base).then((has) => (has ? undefined : get(base))));
      await bases.get(name);
    }
    const login = await loginOf(image.recipe);
    if (pulled) return host.pullImage(reference, report, signal, login);
    const build = buildOf(image, network, await secretsOf(image.recipe), options.rebuild);
    await host.buildImage(login === undefined ? build : { ...build, login }, report, signal);
  };
  const queue = missing.values();
  const getNext = async (): Promise<void> => {
    // Each of these loops takes from the same iterator: together they do every image once.
    for (const image of queue) {
      try {
        signal.throwIfAborted();
        await get(image);
      } catch (error) {
        failed.abort(error);
        return;
      }
    }
  };
  const concurrency = Math.min(options.concurrency ?? availableParallelism(), missing.size);
  await Promise.all(Array.from({ length: concurrency }, getNext));
  // Aborting a second time keeps the first reason: the failure that came first.
  failed.signal.throwIfAborted();
}

function buildOf(
  { recipe, files, dockerfile, digest, reference, base }: WantedImage,
  network: BuildNetwork,
  secrets: SecretsOfSteps,
  { noCache = false, pull = false, forced = true }: Rebuild = {},
): ImageBuild {
  const common = {
    tag: reference,
    labels: { [IMAGE_LABEL]: '1', [RECIPE_LABEL]: digest },
    ...(noCache && { noCache }),
    // An image of the user's Dockerfile was made for this one just now.
    ...(pull && base === undefined && { pull }),
  };
  if (dockerfile !== undefined) {
    const { file, context } = dockerfile;
    const { target, buildArgs } = recipe.dockerfile ?? {};
    return {
      ...common,
      dockerfile: file,
      context,
      buildArgs: { ...network.proxyArgs, ...buildArgs },
      ...(target !== undefined && { target }),
    };
  }
  const { caBundle } = network;
  const { text, buildArgs, steps } = dockerfileFor(recipe, {
    caBundle: caBundle !== undefined,
    files,
    secrets,
    ...(forced && { forced: randomUUID() }),
  });
  const values = secretValues(secrets);
  return {
    ...common,
    dockerfile: DOCKERFILE,
    base: recipe.base,
    steps,
    buildArgs: { ...network.proxyArgs, ...buildArgs },
    ...(Object.keys(values).length > 0 && { secrets: values }),
    context: [
      textEntry(DOCKERFILE, text),
      ...(caBundle === undefined ? [] : [textEntry(CA_BUNDLE_FILE, caBundle)]),
      ...contextEntries(files),
    ],
  };
}
