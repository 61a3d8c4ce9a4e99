/**
 * What an image recipe is as data: a base and a list of steps, in order.
 *
 * The SDK only collects it; runtime/images turns it into a Dockerfile. It is part of the manifest,
 * so every field must survive JSON.
 */

/** One step of a recipe becomes one layer of the image. */
export type ImageStep =
  | { readonly kind: 'apt-install'; readonly packages: readonly string[] }
  | { readonly kind: 'npm-install'; readonly packages: readonly string[] }
  | { readonly kind: 'run-commands'; readonly commands: readonly string[] }
  | { readonly kind: 'env'; readonly variables: Readonly<Record<string, string>> }
  | { readonly kind: 'workdir'; readonly path: string };

export interface ImageRecipe {
  /** Reference of the base image, as `docker pull` takes it. */
  readonly base: string;
  readonly steps: readonly ImageStep[];
}
