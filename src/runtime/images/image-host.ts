/**
 * Port: what runtime/images needs of a Docker host to have an image.
 *
 * Implemented by containers/docker. The backend without images has none.
 */
export interface ImageHost {
  /** Whether the host holds an image of this reference, asked without any builder. */
  hasImage(reference: string): Promise<boolean>;
  /** Fetches an image from its registry, reporting progress. Throws an EnvironmentError where it cannot. */
  pullImage(reference: string, onProgress: (progress: ImageProgress) => void): Promise<void>;
  /** Builds a Dockerfile into `tag`. Throws an ImageBuildError (images/image-errors.ts) where a step fails. */
  buildImage(build: ImageBuild, onProgress: (progress: ImageProgress) => void): Promise<void>;
}

export interface ImageBuild {
  readonly tag: string;
  readonly dockerfile: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Predefined proxy arguments of Docker (HTTP_PROXY, …); never part of the image or its cache. */
  readonly buildArgs: Readonly<Record<string, string>>;
  /** Small files of the build context, by path. */
  readonly contextFiles: Readonly<Record<string, string>>;
}

/** A step began, or printed something. */
export type ImageProgress =
  | { readonly kind: 'step'; readonly name: string }
  | { readonly kind: 'log'; readonly text: string };
