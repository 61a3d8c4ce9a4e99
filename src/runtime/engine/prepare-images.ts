/**
 * Prepares what containers of functions are made from: the image of each, and the Node that it may have to borrow.
 *
 * It puts the parts of runtime/images together and decides nothing of its own.
 */
import type { FunctionManifest } from '../../protocol/manifest.ts';
import { type BorrowedNode, NodeLender } from '../images/borrowed-node.ts';
import { type EnsuredImage, ensureImages, type Rebuild } from '../images/ensure-image.ts';
import type { ImageHost } from '../images/image-host.ts';
import { ImageNotes } from '../images/image-notes.ts';
import { noteUses } from '../images/image-uses.ts';
import type { AppSecrets } from '../secrets/resolve-secrets.ts';

export interface PrepareImages {
  readonly app: string;
  readonly environment: string;
  readonly functions: readonly FunctionManifest[];
  readonly host: ImageHost;
  /** Those of build steps come from here. */
  readonly secrets: Pick<AppSecrets, 'variablesOf'>;
  readonly rebuild?: Rebuild | undefined;
  /** Ends pulls and builds. */
  readonly signal?: AbortSignal | undefined;
}

/** An image that is there, and what Node its containers borrow. */
export interface PreparedImage extends EnsuredImage {
  readonly node?: BorrowedNode;
}

/** The image of each function, in their order. Throws what ensureImages throws, and where no Node runs in an image. */
export async function prepareImages(options: PrepareImages): Promise<PreparedImage[]> {
  const { functions, host, secrets, rebuild, signal } = options;
  const images = await ensureImages(
    functions.map(({ image }) => image),
    host,
    () => {},
    {
      secretsOf: (references) => secrets.variablesOf(references),
      ...(rebuild !== undefined && { rebuild }),
      ...(signal !== undefined && { signal }),
    },
  );
  const notes = ImageNotes.here();
  const lender = new NodeLender({ host, notes, signal });
  await noteUses(
    notes,
    images.map(({ reference }) => reference),
    options,
  );
  return Promise.all(
    images.map(async (image, index) => {
      if (functions[index]?.runtime !== 'node') return image;
      const node = await lender.nodeFor(image.recipe, image.reference, () => {});
      return node === undefined ? image : { ...image, node };
    }),
  );
}
