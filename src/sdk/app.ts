/**
 * App: a named set of functions.
 *
 * Declares only. What is declared is read by the loader and the runner from declaration.ts.
 */
import {
  type AnyFunction,
  type AppDeclaration,
  type AppOptions,
  declarationSite,
  declaredApps,
  type EntrypointOptions,
} from './declaration.ts';
import type { FunctionOptions } from './function-options.ts';
import { RemoteFunction } from './remote-function.ts';

/** A named set of functions, and the defaults they share. */
export class App {
  readonly name: string;
  readonly #declaration: AppDeclaration;

  /** @param name 1 to 64 letters, digits, dots, dashes and underscores */
  constructor(name: string, options: AppOptions = {}) {
    this.name = name;
    this.#declaration = {
      name,
      options,
      functions: [],
      entrypoints: [],
      handle: this,
      declaredAt: declarationSite(new.target),
    };
    declaredApps().push(this.#declaration);
  }

  /** Declares a function that runs in containers, and returns its typed handle. Export the handle. */
  function<F extends AnyFunction>(options: FunctionOptions, fn: F): RemoteFunction<F>;
  function<F extends AnyFunction>(fn: F): RemoteFunction<F>;
  function<F extends AnyFunction>(...given: [F] | [FunctionOptions, F]): RemoteFunction<F> {
    const [options, fn] = given.length === 1 ? [{}, given[0]] : given;
    const declaredAt = declarationSite(this.function);
    return new RemoteFunction(this.name, fn, (handle) => {
      const declaration = { kind: 'function', fn, options, handle, declaredAt } as const;
      this.#declaration.functions.push(declaration);
      return declaration;
    });
  }

  /**
   * Declares a function that `dray run` runs in its own process, with flags made from its parameters.
   * Returns the function as it is. Export it.
   */
  localEntrypoint<F extends AnyFunction>(options: EntrypointOptions, fn: F): F;
  localEntrypoint<F extends AnyFunction>(fn: F): F;
  localEntrypoint<F extends AnyFunction>(...given: [F] | [EntrypointOptions, F]): F {
    const [options, fn] = given.length === 1 ? [{}, given[0]] : given;
    this.#declaration.entrypoints.push({
      kind: 'entrypoint',
      fn,
      options,
      handle: fn,
      declaredAt: declarationSite(this.localEntrypoint),
    });
    return fn;
  }
}
