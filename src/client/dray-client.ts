/**
 * DrayClient: calls functions that are deployed on a server, from any program.
 *
 * It opens one connection with its first call. Inside a container of dray it needs none: there the calls go along the
 * container's own channel, unless it is told where a server is.
 *
 * Invariants
 * - constructing it does nothing but keep what it was given
 */
import { surroundingInvoker } from '../sdk/context.ts';
import type { AnyFunction } from '../sdk/declaration.ts';
import { FunctionCall } from '../sdk/function-call.ts';
import type { AnyClassHandle, AnyHandle } from '../sdk/functions-by-name.ts';
import type { Invoker } from '../sdk/invoker.ts';
import { classHandle, functionHandle } from '../sdk/named-handles.ts';
import type { RemoteFunction } from '../sdk/remote-function.ts';
import { type ConnectionTarget, ServerConnection } from './server-connection.ts';

/** Which server, and as whom. What is left out comes from `DRAY_…` variables and the settings file, as for `dray`. */
export interface DrayClientOptions {
  /** Address of the server. Default: `server_url`, else the server of this machine. */
  url?: string;
  /** Default: `token_id` and `token_secret`. */
  token?: { readonly id: string; readonly secret: string };
  /** Profile of the settings file. Default: the active one. */
  profile?: string;
  /** Default: `environment`, else `main`. */
  environment?: string;
}

/** A program's way to the apps of a server. */
export class DrayClient implements AsyncDisposable {
  readonly #options: DrayClientOptions;
  #connection: ServerConnection | undefined;
  #closed = false;

  constructor(options: DrayClientOptions = {}) {
    this.#options = { ...options };
  }

  /** Functions by name. */
  readonly functions = {
    /**
     * The handle of a deployed function. Give it the type of the one that the app's file exports:
     * `fromName<typeof resize>('thumbnails', 'resize')`. Rejects with FUNCTION_NOT_FOUND and APP_NOT_FOUND.
     */
    fromName: async <Handle extends AnyHandle = RemoteFunction<AnyFunction>>(
      app: string,
      name: string,
    ): Promise<Handle> => (await functionHandle(this.#invoker(), { app, function: name })) as Handle,
  };

  /** Classes by name. */
  readonly cls = {
    /** The handle of a deployed class: `fromName<typeof Model>('thumbnails', 'Model')`. Rejects as for functions. */
    fromName: async <Handle extends AnyClassHandle>(app: string, name: string): Promise<Handle> =>
      (await classHandle(this.#invoker(), { app, function: name })) as Handle,
  };

  /** Spawned calls by id. */
  readonly functionCalls = {
    /** The call of an id that this or another program kept. What it results in is up to the caller to say. */
    fromId: <Result = unknown>(id: string): FunctionCall<Result> =>
      new FunctionCall<Result>(this.#invoker().find(id)),
  };

  /** Ends the connection. Calls that are waited for fail; spawned ones go on. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#connection?.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #invoker(): Invoker {
    const { url, token, profile, environment } = this.#options;
    const isTold = [url, token, profile, environment, process.env.DRAY_SERVER_URL].some(
      (given) => given !== undefined && given !== '',
    );
    const surrounding = surroundingInvoker();
    if (!isTold && surrounding !== undefined) return surrounding;
    this.#connection ??= new ServerConnection(() => this.#target());
    if (this.#closed) void this.#connection.close();
    return this.#connection.invoker;
  }

  async #target(): Promise<ConnectionTarget> {
    const { clientTarget } = await import('./client-target.ts');
    return clientTarget(this.#options);
  }
}
