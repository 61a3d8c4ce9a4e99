/**
 * Prepares what containers of functions are made from: the image of each, and the Node that it may have to borrow.
 *
 * It puts the parts of runtime/images together and decides nothing of its own.
 */
import type { FunctionManifest } from '../../protocol/manifest.ts';
import { type BorrowedNode, NodeLender } from '../images/borrowed-node.ts';
import { type EnsuredImage, ensureImages } from '../images/ensure-image.ts';
import type { ImageHost } from '../images/image-host.ts';
import { ImageNotes } from '../images/image-notes.ts';
import type { AppSecrets } from '../secrets/resolve-secrets.ts';

export interface PrepareImages {
  readonly functions: readonly FunctionManifest[];
  readonly host: ImageHost;
  /** Those of build steps come from here. */
  readonly secrets: Pick<AppSecrets, 'variablesOf'>;
  /** Ends pulls and builds. */
  readonly signal?: AbortSignal | undefined;
}

/** An image that is there, and what Node its containers borrow. */
export interface PreparedImage extends EnsuredImage {
  readonly node?: BorrowedNode;
}

/** The image of each function, in their order. Throws what ensureImages throws, and where no Node runs in an image. */
export async function prepareImages(options: PrepareImages): Promise<PreparedImage[]> {
  const { functions, host, secrets, signal } = options;
  const images = await ensureImages(
    functions.map(({ image }) => image),
    host,
    () => {},
    {
      secretsOf: (references) => secrets.variablesOf(references),
      ...(signal !== undefined && { signal }),
    },
  );
  const lender = new NodeLender({ host, notes: ImageNotes.here(), signal });
  return Promise.all(
    images.map(async (image, index) => {
      if (functions[index]?.runtime !== 'node') return image;
      const node = await lender.nodeFor(image.recipe, image.reference, () => {});
      return node === undefined ? image : { ...image, node };
    }),
  );
}
