/**
 * The handle of a declared class: `new Model(…)` gives an instance handle whose methods are handles.
 *
 * Nothing is constructed here: the arguments go along with each call, and containers of equal arguments are
 * shared. Only `.local(…)` makes an instance in this process.
 */
import type { Unbatched } from './batched-function.ts';
import type { CallRoute, HandleOptions } from './call-route.ts';
import { methodsOf } from './class-methods.ts';
import type { AnyClass, AnyFunction } from './declaration.ts';
import type { BatchingOptions, ConcurrencyOptions } from './function-options.ts';
import type { StreamOf, YieldsValues } from './generator-function.ts';
import { LocalInstance } from './local-instance.ts';
import { type HandleOf, RemoteFunction } from './remote-function.ts';
import { RemoteGenerator } from './remote-generator.ts';
import { checkBatched } from './remote-handle.ts';

/** Names of methods: hooks are symbols, and private members no keys. */
type MethodName<T> = {
  [Key in keyof T]: Key extends string ? (T[Key] extends AnyFunction ? Key : never) : never;
}[keyof T];

/** A method as its caller sees it: it is there only after `[enter]`, so its result is always waited for. */
type CalledMethod<F extends AnyFunction> = (
  ...args: Parameters<F>
) => YieldsValues<F> extends true ? StreamOf<F> : Promise<Awaited<ReturnType<F>>>;

type MethodHandle<Method, Batched> = Method extends AnyFunction
  ? Batched extends true
    ? RemoteFunction<Unbatched<Method>>
    : HandleOf<CalledMethod<Method>>
  : never;

/**
 * An instance of a class in containers, for one list of constructor arguments. Its methods are handles.
 * Disposing of it (`await using`) runs `[exit]` of the instance that `.local(…)` made, if it made one.
 */
export type RemoteInstance<T, Batched = false> = {
  readonly [Name in MethodName<T>]: MethodHandle<T[Name], Batched>;
} & AsyncDisposable;

/** A class whose methods run in containers. Made by `app.cls`. */
export interface RemoteClass<C extends AnyClass, Batched = false> {
  /** The instance for these arguments; each distinct list of values has containers of its own. */
  new (...parameters: ConstructorParameters<C>): RemoteInstance<InstanceType<C>, Batched>;
  /** The same class with other options. Its calls have containers of their own. */
  withOptions(options: HandleOptions): RemoteClass<C, Batched>;
  /** The same class with several calls in one container at a time. */
  withConcurrency(concurrent: ConcurrencyOptions): RemoteClass<C, Batched>;
  /** Changes how calls are joined into lists. The class must be declared `batched`. */
  withBatching(batched: BatchingOptions): RemoteClass<C, Batched>;
}

/** The handle of a class whose calls go along `route`. */
export function remoteClass<C extends AnyClass>(route: CallRoute, cls: C): RemoteClass<C, boolean> {
  class ClassHandle {
    constructor(...parameters: unknown[]) {
      Object.assign(this, methodHandles(route, cls, parameters));
    }
    static withOptions(options: HandleOptions) {
      return remoteClass(route.withOptions(options), cls);
    }
    static withConcurrency(concurrent: ConcurrencyOptions) {
      return remoteClass(route.withOptions({ concurrent }), cls);
    }
    static withBatching(batched: BatchingOptions) {
      checkBatched(route);
      return remoteClass(route.withOptions({ batched }), cls);
    }
  }
  Object.defineProperty(ClassHandle, 'name', { value: cls.name });
  return ClassHandle as unknown as RemoteClass<C, boolean>;
}

function methodHandles(route: CallRoute, cls: AnyClass, given: readonly unknown[]): object {
  const parameters = withoutTrailingUndefined(given);
  const local = new LocalInstance(cls, parameters);
  const handles = methodsOf(cls).map(({ name, generator }) => {
    const along = route.with({ method: name, parameters });
    const handle = generator
      ? new RemoteGenerator(along, local.generatorMethod(name))
      : new RemoteFunction(along, local.method(name));
    return [name, handle] as const;
  });
  return {
    ...Object.fromEntries(handles),
    [Symbol.asyncDispose]: () => local[Symbol.asyncDispose](),
  };
}

/** Arguments that nobody gave are no part of what tells instances apart. */
function withoutTrailingUndefined(parameters: readonly unknown[]): readonly unknown[] {
  const last = parameters.findLastIndex((parameter) => parameter !== undefined);
  return parameters.slice(0, last + 1);
}
