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
import { availableParallelism } from 'node:os';
import type { ImageRecipe } from '../../sdk/recipe.ts';
import { type BuildNetwork, readBuildNetwork } from './build-network.ts';
import { dockerfileFor } from './dockerfile.ts';
import type { ImageHost, ImageProgress } from './image-host.ts';
import { imageReference, recipeDigest } from './image-tag.ts';
import { checkRecipe } from './recipe-check.ts';
import { CA_BUNDLE_FILE } from './run-step.ts';

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

export interface EnsureOptions {
  /** Ends pulls and builds at once; the promise then rejects with its reason. */
  readonly signal?: AbortSignal;
  /** Pulls and builds at a time. Default: the cores of this machine. */
  readonly concurrency?: number;
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
  host: ImageHost,
  onProgress: OnEnsureProgress,
  options: EnsureOptions = {},
): Promise<EnsuredImage[]> {
  for (const recipe of recipes) checkRecipe(recipe);
  const byReference = new Map(recipes.map((recipe) => [imageReference(recipe), recipe]));
  const present = await Promise.all([...byReference.keys()].map((reference) => host.hasImage(reference)));
  const missing = [...byReference].filter((_, index) => !present[index]);
  if (missing.length > 0) await getImages(new Map(missing), host, onProgress, options);
  const wasMissing = new Set(missing.map(([reference]) => reference));
  return recipes.map((recipe) => {
    const reference = imageReference(recipe);
    const isBase = recipe.steps.length === 0;
    const got = wasMissing.has(reference);
    return { recipe, reference, built: got && !isBase, pulled: got && isBase };
  });
}

async function getImages(
  missing: ReadonlyMap<string, ImageRecipe>,
  host: ImageHost,
  onProgress: OnEnsureProgress,
  options: EnsureOptions,
): Promise<void> {
  const failed = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, failed.signal]) : failed.signal;
  const network = await readBuildNetwork(options.env ?? process.env);
  const queue = missing.entries();
  const getNext = async (): Promise<void> => {
    // Each of these loops takes from the same iterator: together they do every image once.
    for (const [reference, recipe] of queue) {
      try {
        signal.throwIfAborted();
        await getImage(
          reference,
          recipe,
          network,
          host,
          (progress) => onProgress(reference, progress),
          signal,
        );
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

function getImage(
  reference: string,
  recipe: ImageRecipe,
  network: BuildNetwork,
  host: ImageHost,
  onProgress: (progress: ImageProgress) => void,
  signal: AbortSignal,
): Promise<void> {
  if (recipe.steps.length === 0) return host.pullImage(reference, onProgress, signal);
  const { text, buildArgs, steps } = dockerfileFor(recipe, { caBundle: network.caBundle !== undefined });
  const build = {
    tag: reference,
    dockerfile: text,
    base: recipe.base,
    steps,
    labels: { [IMAGE_LABEL]: '1', [RECIPE_LABEL]: recipeDigest(recipe) },
    buildArgs: { ...network.proxyArgs, ...buildArgs },
    contextFiles: network.caBundle === undefined ? {} : { [CA_BUNDLE_FILE]: network.caBundle },
  };
  return host.buildImage(build, onProgress, signal);
}
