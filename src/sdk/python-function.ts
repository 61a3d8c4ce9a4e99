/**
 * The handles of Python functions and classes: the same ways to call as for TypeScript, apart from `.local`.
 *
 * Whether a function yields values, and which methods a class has, is known where the loader read the source; inside
 * containers it shows when a handle is used (python-call.ts).
 */
import { UserError } from '../shared/errors.ts';
import type { CallRoute } from './call-route.ts';
import type { AnyClass, AnyFunction, ServedDeclaration } from './declaration.ts';
import { PythonCall } from './python-call.ts';
import type { PythonClassOptions, PythonFunctionOptions } from './python-source.ts';
import type { RemoteClass } from './remote-class.ts';
import { RemoteFunction } from './remote-function.ts';
import { RemoteGenerator } from './remote-generator.ts';

/** A class, or what its instances can do; without a constructor it takes no arguments. */
export type ClassOf<T> = T extends AnyClass ? T : new () => T & object;

/** A Python function's declaration; `handle` is filled in by its handle's maker. */
export function pythonFunctionDeclaration(
  given: PythonFunctionOptions,
  declaredAt: string,
): ServedDeclaration {
  const { file, function: name, ...options } = given;
  const fn = () => notLocal(name);
  Object.defineProperty(fn, 'name', { value: name });
  return { kind: 'function', fn, options, handle: undefined, declaredAt, python: { file, name } };
}

/** A Python class's declaration. */
export function pythonClassDeclaration(given: PythonClassOptions, declaredAt: string): ServedDeclaration {
  const { file, class: name, ...options } = given;
  class PythonClass {}
  Object.defineProperty(PythonClass, 'name', { value: name });
  return { kind: 'class', fn: PythonClass, options, handle: undefined, declaredAt, python: { file, name } };
}

/** A Python function, or method, that runs in containers. Made by `app.python`. */
export class PythonFunction extends RemoteFunction<AnyFunction> {
  readonly #declaration: ServedDeclaration;
  readonly #method: string | undefined;

  /** Made by `app.python`; there is no use in constructing one. */
  constructor(route: CallRoute, declaration: ServedDeclaration, method?: string) {
    super(route, () => notLocal(route.label));
    this.#declaration = declaration;
    this.#method = method;
  }

  override remote(...args: unknown[]): Promise<unknown> {
    switch (this.#yields()) {
      case true:
        return new RemoteGenerator<AnyFunction>(this.route, () => notLocal(this.route.label)).remote(...args);
      case false:
        return super.remote(...args);
      case undefined:
        return new PythonCall(this.route, args);
    }
  }

  override local(): never {
    return notLocal(this.route.label);
  }

  protected override along(route: CallRoute): this {
    return new PythonFunction(route, this.#declaration, this.#method) as this;
  }

  #yields(): boolean | undefined {
    const outline = this.#declaration.python?.outline;
    if (this.#method === undefined) return outline?.generator;
    return outline?.methods.find(({ name }) => name === this.#method)?.generator;
  }
}

/** The handle of a Python class. */
export function pythonClass(route: CallRoute, declaration: ServedDeclaration): RemoteClass<AnyClass> {
  class ClassHandle {
    constructor(...parameters: unknown[]) {
      const last = parameters.findLastIndex((parameter) => parameter !== undefined);
      // biome-ignore lint/correctness/noConstructorReturn: which methods there are is known to Python alone
      return methodHandles(route, declaration, parameters.slice(0, last + 1));
    }
    static withOptions(options: Parameters<CallRoute['withOptions']>[0]) {
      return pythonClass(route.withOptions(options), declaration);
    }
    static withConcurrency(concurrent: { maxInputs: number; targetInputs?: number }) {
      return pythonClass(route.withOptions({ concurrent }), declaration);
    }
  }
  Object.defineProperty(ClassHandle, 'name', { value: declaration.fn.name });
  return ClassHandle as unknown as RemoteClass<AnyClass>;
}

/** An object whose every plain key is the handle of a method of that name. */
function methodHandles(
  route: CallRoute,
  declaration: ServedDeclaration,
  parameters: readonly unknown[],
): object {
  const handles = new Map<string, PythonFunction>();
  return new Proxy(
    { [Symbol.asyncDispose]: async () => {} },
    {
      get(target, key) {
        // A promise is recognised by its `then`, and an instance is none.
        if (typeof key === 'symbol' || key === 'then' || key.startsWith('_')) return Reflect.get(target, key);
        let handle = handles.get(key);
        if (handle === undefined) {
          handle = new PythonFunction(route.with({ method: key, parameters }), declaration, key);
          handles.set(key, handle);
        }
        return handle;
      },
    },
  );
}

function notLocal(label: string): never {
  throw new UserError(
    'PYTHON_NOT_LOCAL',
    `${label} is written in Python, so it does not run in this process`,
    {
      suggestions: [`run it in a container: ${label}.remote(…)`],
    },
  );
}
