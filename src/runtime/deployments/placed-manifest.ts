/**
 * Gives the paths of a deployed manifest their meaning on this server: `tree:DIGEST/PATH` is a file or folder of a tree
 * that is laid out here.
 *
 * Invariants
 * - a recipe reads from what was sent with a deploy, and from nothing else of the server
 * - what is read here by its name is no link: it would be followed, out of the tree
 */
import path from 'node:path';
import { type FileTree, TREE_PREFIX, type TreeEntry } from '../../protocol/deployment.ts';
import type { AppManifest } from '../../protocol/manifest.ts';
import type { DockerfileBase, ImageRecipe, ImageStep } from '../../sdk/recipe.ts';
import { pathNotSent, treeInvalid } from './deploy-errors.ts';
import type { LaidOutTrees } from './laid-out-trees.ts';

const PATH = new RegExp(`^${TREE_PREFIX}([0-9a-f]{64})/(.+)$`);

/** A path in a tree. */
interface TreePath {
  readonly digest: string;
  readonly inside: string;
}

/** Digests of the trees that a manifest names. Throws FILE_TREE_INVALID where a path is none of a tree. */
export function treesOf(manifest: AppManifest): Set<string> {
  const digests = new Set<string>();
  for (const { image } of manifest.functions)
    for (const local of localsOf(image)) digests.add(parse(local).digest);
  return digests;
}

/** The manifest with paths of this server. Throws FILE_TREE_INVALID, and what laying out throws. */
export async function placeManifest(manifest: AppManifest, trees: LaidOutTrees): Promise<AppManifest> {
  const functions = await Promise.all(
    manifest.functions.map(async (fn) => ({ ...fn, image: await placeRecipe(fn.image, trees) })),
  );
  return { ...manifest, functions };
}

async function placeRecipe(recipe: ImageRecipe, trees: LaidOutTrees): Promise<ImageRecipe> {
  const { dockerfile } = recipe;
  const steps = await Promise.all(recipe.steps.map((step) => placeStep(step, trees)));
  if (dockerfile === undefined) return { ...recipe, steps };
  return { ...recipe, dockerfile: await placeDockerfile(dockerfile, trees), steps };
}

async function placeStep(step: ImageStep, trees: LaidOutTrees): Promise<ImageStep> {
  if (!('local' in step)) return step;
  const at = parse(step.local);
  const tree = await trees.tree(at.digest);
  const isFolder = step.kind === 'npm-lock' || (step.kind === 'add-local' && step.directory);
  expectKind(at, tree, isFolder ? 'folder' : 'file');
  if (step.kind !== 'add-local') expectNoLinks(at, tree);
  return { ...step, local: path.join(await trees.layOut(at.digest), at.inside) };
}

async function placeDockerfile(dockerfile: DockerfileBase, trees: LaidOutTrees): Promise<DockerfileBase> {
  const at = parse(dockerfile.local);
  const context = parse(dockerfile.context ?? '');
  if (context.digest !== at.digest) throw pathNotSent(dockerfile.context ?? '');
  const tree = await trees.tree(at.digest);
  expectKind(at, tree, 'file');
  expectKind(context, tree, 'folder');
  const ignoreFile = tree.entries.find(({ path: name }) => name === `${at.inside}.dockerignore`);
  if (ignoreFile?.kind !== 'file')
    throw treeInvalid(at.digest, 'its Dockerfile comes without an ignore file');
  const folder = await trees.layOut(at.digest);
  return {
    ...dockerfile,
    local: path.join(folder, at.inside),
    context: path.join(folder, context.inside),
  };
}

function* localsOf({ dockerfile, steps }: ImageRecipe): Iterable<string> {
  if (dockerfile !== undefined) yield dockerfile.local;
  if (dockerfile?.context !== undefined) yield dockerfile.context;
  for (const step of steps) if ('local' in step) yield step.local;
}

function parse(local: string): TreePath {
  const [, digest, inside] = PATH.exec(local) ?? [];
  if (digest === undefined || inside === undefined) throw pathNotSent(local);
  return { digest, inside };
}

function expectKind({ digest, inside }: TreePath, { entries }: FileTree, kind: TreeEntry['kind']): void {
  // Listed under this very name: so it is a path in the tree, and above it are folders.
  const entry = entries.find(({ path: name }) => name === inside);
  if (entry?.kind !== kind) throw treeInvalid(digest, `${JSON.stringify(inside)} is no ${kind} of it`);
}

function expectNoLinks({ digest }: TreePath, { entries }: FileTree): void {
  const link = entries.find(({ kind }) => kind === 'link');
  if (link !== undefined) throw treeInvalid(digest, `${link.path} is a link`);
}
