/**
 * Gathers the files of this machine that an app's recipes name, so that an image can be built from them elsewhere.
 *
 * What a step or a Dockerfile takes becomes one file tree, found by the same readers as for a build here. The manifest
 * that comes back names trees in the place of paths, and nothing of this machine: the same app is the same manifest,
 * wherever it is deployed from.
 *
 * Invariants
 * - read from its tree, a step has the digest that it has here: a laptop and a server give an image the same name
 * - ignore patterns are applied here; what they leave out is neither read nor sent
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type FileTree, TREE_PREFIX, type TreeEntry } from '../../protocol/deployment.ts';
import type { AppManifest } from '../../protocol/manifest.ts';
import type { DockerfileBase, ImageRecipe, ImageStep } from '../../sdk/recipe.ts';
import { type ContextEntry, textEntry } from './build-context.ts';
import { type BlobSource, blobOfBytes, blobsOfFiles } from './content-blobs.ts';
import { readDockerfileImage } from './dockerfile-image.ts';
import { entriesAt } from './local-files.ts';
import { lockFiles } from './lock-files.ts';
import { checkRecipe } from './recipe-check.ts';
import { requirementsFiles } from './requirements-files.ts';

/** An app whose recipes name trees. */
export interface PlacedManifest {
  readonly manifest: AppManifest;
  /** Everything that they are made of, by digest. */
  readonly blobs: ReadonlyMap<string, BlobSource>;
}

/** Folders of a Dockerfile's tree: its context, and the file itself, which may lie elsewhere. */
const CONTEXT = 'context';
const DOCKERFILE = 'dockerfile';

/** Takes the ignore file's place: its patterns were applied. A file without a line would not be one. */
const APPLIED = '# applied\n';

/** Gathers the files. Throws a UserError, as a build would, where one is missing or a recipe cannot be right. */
export async function placeLocalTrees(manifest: AppManifest): Promise<PlacedManifest> {
  const trees = new TreeCollector();
  const functions = await Promise.all(
    manifest.functions.map(async (fn) => ({ ...fn, image: await trees.place(fn.image) })),
  );
  return { manifest: { ...manifest, functions }, blobs: trees.blobs };
}

/** A tree before it has a name. */
interface Gathered {
  readonly entries: readonly ContextEntry[];
  /** What the step names, in it. */
  readonly main: string;
}

class TreeCollector {
  readonly blobs = new Map<string, BlobSource>();
  /** Many functions share an image, or a step. */
  readonly #known = new Map<string, Promise<string>>();

  async place(recipe: ImageRecipe): Promise<ImageRecipe> {
    checkRecipe(recipe);
    const { dockerfile } = recipe;
    return {
      ...recipe,
      ...(dockerfile !== undefined && { dockerfile: await this.#placeDockerfile(dockerfile) }),
      steps: await Promise.all(recipe.steps.map((step) => this.#placeStep(step))),
    };
  }

  async #placeStep(step: ImageStep): Promise<ImageStep> {
    const gather = gathererOf(step);
    if (gather === undefined) return step;
    return { ...step, local: await this.#once(step, gather) } as ImageStep;
  }

  async #placeDockerfile(dockerfile: DockerfileBase): Promise<DockerfileBase> {
    // Its patterns are applied, and there is nothing left for them to do.
    const { ignore: _, ...rest } = dockerfile;
    const local = await this.#once(dockerfile, () => dockerfileTree(dockerfile));
    const root = local.slice(0, local.indexOf('/'));
    return { ...rest, local, context: `${root}/${CONTEXT}` };
  }

  #once(what: object, gather: () => Promise<Gathered>): Promise<string> {
    const key = JSON.stringify({ ...what, at: undefined, secrets: undefined, remote: undefined });
    let placed = this.#known.get(key);
    if (placed === undefined) {
      placed = gather().then((tree) => this.#add(tree));
      this.#known.set(key, placed);
    }
    return placed;
  }

  async #add({ entries, main }: Gathered): Promise<string> {
    const { sources, listed } = await blobsOfFiles(entries);
    for (const [digest, source] of sources) this.blobs.set(digest, source);
    const tree: FileTree = { entries: listed.sort(byPath) };
    const [digest, blob] = blobOfBytes(Buffer.from(JSON.stringify(tree)));
    this.blobs.set(digest, blob);
    return `${TREE_PREFIX}${digest}/${main}`;
  }
}

function byPath(a: TreeEntry, b: TreeEntry): number {
  return a.path < b.path ? -1 : 1;
}

function gathererOf(step: ImageStep): (() => Promise<Gathered>) | undefined {
  switch (step.kind) {
    case 'add-local':
      return async () => {
        const main = nameOf(step.local);
        return { entries: await entriesAt(step, main), main };
      };
    case 'npm-lock':
      return () => lockTree(step);
    case 'pip-requirements':
      return () => requirementsFiles(step);
    default:
      return undefined;
  }
}

async function lockTree(step: Extract<ImageStep, { kind: 'npm-lock' }>): Promise<Gathered> {
  const { entries } = await lockFiles(step);
  const main = nameOf(step.local);
  const { packageManager } = JSON.parse(await readFile(path.join(step.local, 'package.json'), 'utf8')) as {
    packageManager?: unknown;
  };
  const placed = entries.map((entry): ContextEntry => {
    const inFolder = { ...entry, path: `${main}/${entry.path}` };
    if (entry.path !== 'package.json' || entry.content.kind !== 'bytes') return inFolder;
    // It decides the tool, and is no part of what is installed.
    const kept = JSON.parse(Buffer.from(entry.content.bytes).toString()) as object;
    return textEntry(inFolder.path, JSON.stringify({ ...kept, packageManager }, null, 2));
  });
  return { entries: [folder(main), ...placed], main };
}

async function dockerfileTree(base: DockerfileBase): Promise<Gathered> {
  const { entries, text } = await readDockerfileImage(base);
  const main = `${DOCKERFILE}/${nameOf(base.local)}`;
  return {
    entries: [
      folder(CONTEXT),
      ...entries.map((entry) => ({ ...entry, path: `${CONTEXT}/${entry.path}` })),
      folder(DOCKERFILE),
      textEntry(main, text),
      textEntry(`${main}.dockerignore`, APPLIED),
    ],
    main,
  };
}

function folder(name: string): ContextEntry {
  return { path: name, mode: 0o755, content: { kind: 'folder' } };
}

/** The last part of a path, which messages about a step are read by. */
function nameOf(local: string): string {
  return path.basename(local) || 'root';
}
