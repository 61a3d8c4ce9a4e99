/**
 * Decides which of the images that dray built nobody needs any more.
 *
 * Pure. What dray did not build is never in its lists: a host gives it what carries dray's label alone.
 *
 * Invariants
 * - an image that a container was made from, or that a deployed app serves with, is always needed
 */
import type { ImageUse } from './image-uses.ts';

/** An image that dray built, as its host tells of it. */
export interface BuiltImage {
  readonly id: string;
  /** Its name; none where a later build of the same recipe has taken it over. */
  readonly reference: string | undefined;
  /** All of it, layers included that other images share. */
  readonly sizeBytes: number;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** The image that it was built on, by its digest, where that is known. */
  readonly base: string | undefined;
  /** Containers that were made from it, stopped ones too. */
  readonly containers: number;
}

/** An image together with who used it. */
export interface ListedImage extends BuiltImage {
  /** By last use, the latest first. */
  readonly uses: readonly ImageUse[];
  /** When it was used last, or made where that is not known. */
  readonly lastUsedAt: number;
  /** A deployed app of this machine serves with it. */
  readonly deployed: boolean;
}

/** Images with their uses, the latest first. */
export function listed(
  images: readonly BuiltImage[],
  uses: readonly ImageUse[],
  deployed: ReadonlySet<string>,
): ListedImage[] {
  const all = images.map((image): ListedImage => {
    const own = uses
      .filter(({ reference }) => reference === image.reference)
      .sort((a, b) => b.usedAt - a.usedAt);
    const lastUsedAt = own[0]?.usedAt ?? image.createdAt;
    const serves = image.reference !== undefined && deployed.has(image.reference);
    return { ...image, uses: own, lastUsedAt, deployed: serves };
  });
  return all.sort((a, b) => b.lastUsedAt - a.lastUsedAt);
}

/** Those that nobody needs: without a name, or not used for so long. */
export function unneeded(images: readonly ListedImage[], now: number, olderThanMs: number): ListedImage[] {
  return images.filter(
    ({ containers, deployed, reference, lastUsedAt }) =>
      containers === 0 && !deployed && (reference === undefined || now - lastUsedAt >= olderThanMs),
  );
}
