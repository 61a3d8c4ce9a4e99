/**
 * Reads a Dockerfile of the user's and its context, for an image of its own: the base of the recipe's steps.
 *
 * The Dockerfile is not looked into: its whole syntax is the builder's business. As with Docker,
 * `NAME.dockerignore` beside the Dockerfile goes before `.dockerignore` at the root of the context.
 *
 * Invariants
 * - same Dockerfile, arguments, target and context, same digest
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { DockerfileBase } from '../../sdk/recipe.ts';
import { UserError } from '../../shared/errors.ts';
import { type ContextEntry, textEntry } from './build-context.ts';
import { contentDigest } from './content-digest.ts';
import { contextFolder, ignoreFilePatterns } from './context-folder.ts';
import { DOCKERFILE_FORMAT } from './image-tag.ts';
import { dockerfileName } from './step-name.ts';

export interface DockerfileImage {
  readonly digest: string;
  readonly text: string;
  /** Where the Dockerfile is in the context. */
  readonly file: string;
  /** With the Dockerfile in it. */
  readonly context: readonly ContextEntry[];
  /** What of its context is not ignored. */
  readonly entries: readonly ContextEntry[];
}

/** Where a Dockerfile goes that the context lacks. */
const OWN_PLACE = '.dray.Dockerfile';

/** Reads both. Throws a UserError where one is missing, or the context is too large. */
export async function readDockerfileImage(base: DockerfileBase): Promise<DockerfileImage> {
  const root = base.context ?? path.dirname(base.local);
  const text = await reading(base, base.local, () => readFile(base.local, 'utf8'));
  const entries = await reading(base, root, async () => {
    const own = await ignoreFilePatterns(`${base.local}.dockerignore`);
    const patterns = own.length > 0 ? own : await ignoreFilePatterns(path.join(root, '.dockerignore'));
    return contextFolder(root, [...patterns, ...(base.ignore ?? [])], dockerfileName(base));
  });
  const inside = path.relative(root, base.local).split(path.sep).join('/');
  const isThere = entries.some((entry) => entry.path === inside);
  const content = [
    'dockerfile',
    DOCKERFILE_FORMAT,
    text,
    base.target,
    Object.entries(base.buildArgs ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)),
    await reading(base, root, () => contentDigest(entries)),
  ];
  return {
    digest: createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 32),
    text,
    file: isThere ? inside : OWN_PLACE,
    entries,
    context: isThere ? entries : [...entries, textEntry(OWN_PLACE, text)],
  };
}

async function reading<T>(base: DockerfileBase, what: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    const { code, path: file = what } = cause as NodeJS.ErrnoException;
    if (code === undefined || cause instanceof UserError) throw cause;
    throw new UserError(
      'IMAGE_FILE_NOT_FOUND',
      `${dockerfileName(base)}: ${file} ${code === 'ENOENT' ? 'does not exist' : 'cannot be read'}`,
      {
        suggestions: ['paths in a recipe start at the folder of the file that declares it'],
        ...(code !== 'ENOENT' && { details: (cause as Error).message }),
        cause,
      },
    );
  }
}
