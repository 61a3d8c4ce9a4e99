/**
 * The list of images that dray built: what they take, and who used them. Pure.
 */
import chalk from 'chalk';
import { columns } from './columns.ts';
import { minute } from './minute.ts';

/** An image as commands tell of it. */
export interface ImageInfo {
  /** null where a later build of the same recipe has taken its name over. */
  reference: string | null;
  id: string;
  sizeBytes: number;
  /** The image that it was built on, by its digest; null where that is not known. */
  base: string | null;
  /** ISO 8601. */
  created: string;
  lastUsed: string;
  /** Apps of this machine that used it, the latest first. */
  apps: readonly string[];
  containers: number;
  deployed: boolean;
}

interface Listed {
  readonly id: string;
  readonly reference: string | undefined;
  readonly sizeBytes: number;
  readonly createdAt: number;
  readonly base: string | undefined;
  readonly containers: number;
  readonly uses: readonly { readonly app: string }[];
  readonly lastUsedAt: number;
  readonly deployed: boolean;
}

/** What of an image is told. */
export function imageInfo(image: Listed): ImageInfo {
  return {
    reference: image.reference ?? null,
    id: image.id,
    sizeBytes: image.sizeBytes,
    base: image.base ?? null,
    created: new Date(image.createdAt).toISOString(),
    lastUsed: new Date(image.lastUsedAt).toISOString(),
    apps: [...new Set(image.uses.map(({ app }) => app))],
    containers: image.containers,
    deployed: image.deployed,
  };
}

/** The text for a person: a line for each, and what apps take. */
export function renderImages(images: readonly ImageInfo[]): string {
  if (images.length === 0) return 'dray has built no images on this Docker host';
  const head = ['IMAGE', 'SIZE', 'APPS', 'LAST USED', ''].map((title) => chalk.dim(title));
  const rows = images.map((image) => [
    shortName(image),
    megabytes(image.sizeBytes),
    image.apps.length === 0 ? chalk.dim('–') : image.apps.join(', '),
    minute(image.lastUsed),
    chalk.dim(stateOf(image)),
  ]);
  return columns([head, ...rows]);
}

/** As short as `dray image logs` takes it. */
export function shortName({ reference, id }: Pick<ImageInfo, 'reference' | 'id'>): string {
  return (reference ?? id).split(':').at(-1)?.slice(0, 12) ?? id;
}

/** `412 MB`. */
export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1_000_000)} MB`;
}

function stateOf({ reference, deployed, containers }: ImageInfo): string {
  if (deployed) return 'deployed';
  if (containers > 0) return 'in use';
  return reference === null ? 'replaced' : '';
}
