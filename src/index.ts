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
export { attemptsOf, type CallAttempt } from './sdk/attempts.ts';
export type { HandleOptions } from './sdk/call-route.ts';
export { type CurrentCall, currentCall, isLocal, stopTakingCalls } from './sdk/context.ts';
export type { AppOptions, ClassOptions, EntrypointOptions } from './sdk/declaration.ts';
export {
  BatchResultError,
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
export type {
  AutoscalerOptions,
  BatchingOptions,
  ConcurrencyOptions,
  FunctionOptions,
  OptionOverrides,
  RetryOptions,
} from './sdk/function-options.ts';
export { cls, functions } from './sdk/functions-by-name.ts';
export { Image } from './sdk/image.ts';
export type { CancelOptions, FunctionStats } from './sdk/invoker.ts';
export { enter, exit } from './sdk/lifecycle.ts';
export type { Items, MapOptions, MapResults } from './sdk/map-results.ts';
export type { PythonClassOptions, PythonFunctionOptions } from './sdk/python-source.ts';
export type { RemoteClass, RemoteInstance } from './sdk/remote-class.ts';
export type { HandleOf, ItemOf, RemoteFunction, ResultOf } from './sdk/remote-function.ts';
export type { RemoteGenerator } from './sdk/remote-generator.ts';
export {
  type CronOptions,
  type CronSchedule,
  cron,
  type PeriodLength,
  type PeriodSchedule,
  period,
  type Schedule,
  type ScheduleOptions,
} from './sdk/schedule.ts';
export { Secret } from './sdk/secret.ts';
export type { StandardSchema } from './sdk/standard-schema.ts';
export { ToolError } from './shared/errors.ts';
