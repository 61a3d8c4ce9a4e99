/**
 * The SDK of dray: declare an app in TypeScript and call its functions with full types.
 *
 * @example
 * ```ts
 * import { App } from "dray";
 *
 * const app = new App("hello");
 * export const greet = app.function(async (name: string) => `hello ${name}`);
 * export const main = app.localEntrypoint(async ({ name = "world" }: { name?: string }) => {
 *   console.log(await greet.remote(name));
 * });
 * ```
 *
 * @module
 */
export { App } from './sdk/app.ts';
export { type CurrentCall, currentCall, isLocal } from './sdk/context.ts';
export type { AppOptions, EntrypointOptions } from './sdk/declaration.ts';
export {
  CallCancelledError,
  CallPendingError,
  ContainerLostError,
  FunctionStartError,
  FunctionTimeoutError,
  PayloadTooLargeError,
  UncloneableValueError,
  UnportableValueError,
} from './sdk/errors.ts';
export { FunctionCall, type GetOptions } from './sdk/function-call.ts';
export type { FunctionOptions, RetryOptions } from './sdk/function-options.ts';
export { Image } from './sdk/image.ts';
export type { CancelOptions } from './sdk/invoker.ts';
export type { Items, MapOptions, MapResults } from './sdk/map-results.ts';
export type { ItemOf, RemoteFunction, ResultOf } from './sdk/remote-function.ts';
export type { StandardSchema } from './sdk/standard-schema.ts';
export { ToolError } from './shared/errors.ts';
