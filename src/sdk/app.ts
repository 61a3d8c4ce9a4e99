/**
 * App: a named set of functions and classes.
 *
 * Declares only. What is declared is read by the loader and the runner from declaration.ts.
 */
import type { ListFunction, Unbatched } from './batched-function.ts';
import { CallRoute } from './call-route.ts';
import {
  type AnyClass,
  type AnyFunction,
  type AppDeclaration,
  type AppOptions,
  type ClassOptions,
  declarationSite,
  declaredApps,
  type EntrypointOptions,
} from './declaration.ts';
import type { BatchingOptions, FunctionOptions } from './function-options.ts';
import { isGeneratorFunction } from './generator-function.ts';
import {
  type ClassOf,
  PythonFunction,
  pythonClass,
  pythonClassDeclaration,
  pythonFunctionDeclaration,
} from './python-function.ts';
import type { PythonClassOptions, PythonFunctionOptions } from './python-source.ts';
import { type RemoteClass, remoteClass } from './remote-class.ts';
import { type HandleOf, RemoteFunction } from './remote-function.ts';
import { RemoteGenerator } from './remote-generator.ts';
import type { Schedule } from './schedule.ts';

/** With `batched`, what is declared takes and returns lists, and its handle single values. */
type Batching = { batched: BatchingOptions; schedule?: never };
/** Options known to be without `batched`: what is declared takes and returns single values. */
type Single = { batched?: never; schedule?: never };
/** Options with a schedule, which gives no arguments. */
type Scheduled = { batched?: never; schedule: Schedule };
/** Options of a variable that was declared to hold any, `Whole`, and so do not tell; no literal is any. */
type Untold<Whole, Given> = Given & (Whole extends Given ? unknown : never);

/** A class whose methods take and return lists. */
type ListClass<C extends AnyClass> = abstract new (
  ...args: ConstructorParameters<C>
) => ListMethods<InstanceType<C>>;

type ListMethods<T> = {
  [Key in keyof T]: Key extends string ? (T[Key] extends AnyFunction ? ListFunction : T[Key]) : T[Key];
};

/** A named set of functions, and the defaults they share. */
export class App {
  readonly #declaration: AppDeclaration;

  /** @param name 1 to 64 letters, digits, dots, dashes and underscores */
  constructor(name: string, options: AppOptions = {}) {
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

  /** Its name; in containers the one that it was deployed by. */
  get name(): string {
    return this.#declaration.name;
  }

  /** Declares a function that runs in containers, and returns its typed handle. Export the handle. */
  function<F extends AnyFunction>(fn: F): HandleOf<F>;
  function<F extends AnyFunction, Given>(options: Untold<FunctionOptions, Given>, fn: F): HandleOf<F>;
  function<F extends ListFunction>(options: FunctionOptions & Batching, fn: F): RemoteFunction<Unbatched<F>>;
  function<F extends () => unknown>(options: FunctionOptions & Scheduled, fn: F): HandleOf<F>;
  function<F extends AnyFunction>(options: FunctionOptions & Single, fn: F): HandleOf<F>;
  function(...given: [AnyFunction] | [FunctionOptions, AnyFunction]): unknown {
    const [options, fn] = given.length === 1 ? [{}, given[0]] : given;
    const declaredAt = declarationSite(this.function);
    const declaration = { kind: 'function' as const, fn, options, handle: undefined as unknown, declaredAt };
    const route = new CallRoute(this.#declaration, declaration);
    const handle = isGeneratorFunction(fn) ? new RemoteGenerator(route, fn) : new RemoteFunction(route, fn);
    declaration.handle = handle;
    this.#declaration.functions.push(declaration);
    return handle;
  }

  /**
   * Declares a class whose public methods run in containers, and returns its typed handle. Export the handle.
   * A container makes one instance and keeps it; see `enter` and `exit` for its hooks.
   */
  cls<C extends AnyClass>(cls: C): RemoteClass<C>;
  cls<C extends AnyClass, Given>(options: Untold<ClassOptions, Given>, cls: C): RemoteClass<C>;
  cls<C extends ListClass<C>>(options: ClassOptions & Batching, cls: C): RemoteClass<C, true>;
  cls<C extends AnyClass>(options: ClassOptions & Single, cls: C): RemoteClass<C>;
  cls(...given: [AnyClass] | [ClassOptions, AnyClass]): unknown {
    const [options, cls] = given.length === 1 ? [{}, given[0]] : given;
    const declaredAt = declarationSite(this.cls);
    const declaration = {
      kind: 'class' as const,
      fn: cls,
      options,
      handle: undefined as unknown,
      declaredAt,
    };
    const handle = remoteClass(new CallRoute(this.#declaration, declaration), cls);
    declaration.handle = handle;
    this.#declaration.functions.push(declaration);
    return handle;
  }

  /**
   * Declares a Python function that runs in containers, and returns its typed handle. Export the handle.
   * `F` is the function as its callers see it; `dray types FILE.py` writes it from Python's annotations.
   */
  python<F extends AnyFunction>(options: PythonFunctionOptions): HandleOf<F> {
    const declaration = pythonFunctionDeclaration(options, declarationSite(this.python));
    const handle = new PythonFunction(new CallRoute(this.#declaration, declaration), declaration);
    declaration.handle = handle;
    this.#declaration.functions.push(declaration);
    return handle as unknown as HandleOf<F>;
  }

  /**
   * Declares a Python class whose public methods run in containers, and returns its typed handle. Export the handle.
   * `T` is the class (`new (size: string) => { … }`), or its instances where the constructor takes nothing.
   */
  pythonCls<T>(options: PythonClassOptions): RemoteClass<ClassOf<T>> {
    const declaration = pythonClassDeclaration(options, declarationSite(this.pythonCls));
    const handle = pythonClass(new CallRoute(this.#declaration, declaration), declaration);
    declaration.handle = handle;
    this.#declaration.functions.push(declaration);
    return handle as unknown as RemoteClass<ClassOf<T>>;
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
