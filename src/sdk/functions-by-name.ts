/**
 * Looks up functions and classes of other apps by their names, in code that dray runs: a container of a deployed app
 * reaches the other apps of its environment.
 *
 * Other programs do the same with a client (src/client/dray-client.ts), spelled alike.
 */
import { requireInvoker } from './context.ts';
import type { AnyFunction } from './declaration.ts';
import { classHandle, functionHandle } from './named-handles.ts';
import type { RemoteClass } from './remote-class.ts';
import type { RemoteFunction } from './remote-function.ts';
import type { RemoteGenerator } from './remote-generator.ts';

// biome-ignore lint/suspicious/noExplicitAny: a handle of any function
export type AnyHandle = RemoteFunction<any> | RemoteGenerator<any>;
// biome-ignore lint/suspicious/noExplicitAny: a handle of any class
export type AnyClassHandle = RemoteClass<any, any>;

/** Functions by name. */
export const functions = {
  /**
   * The handle of a function that is deployed beside this app. Give it the type of the one that its file exports:
   * `functions.fromName<typeof resize>('thumbnails', 'resize')`. Rejects with FUNCTION_NOT_FOUND and APP_NOT_FOUND.
   */
  async fromName<Handle extends AnyHandle = RemoteFunction<AnyFunction>>(
    app: string,
    name: string,
  ): Promise<Handle> {
    return (await functionHandle(requireInvoker(), { app, function: name })) as Handle;
  },
};

/** Classes by name. */
export const cls = {
  /** The handle of a class that is deployed beside this app. Rejects as for functions. */
  async fromName<Handle extends AnyClassHandle>(app: string, name: string): Promise<Handle> {
    return (await classHandle(requireInvoker(), { app, function: name })) as Handle;
  },
};
