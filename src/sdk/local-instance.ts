/**
 * An instance of a declared class in this process, for `.local(…)`.
 *
 * Invariants
 * - it is made with the first local call, and `[enter]` has run before any of its methods
 * - `[exit]` runs when the instance's handle is disposed of, and only where an instance was made
 */
import type { AnyClass, AnyFunction } from './declaration.ts';
import { enter, exit, runHook } from './lifecycle.ts';

export class LocalInstance implements AsyncDisposable {
  readonly #cls: AnyClass;
  readonly #parameters: readonly unknown[];
  #entered: Promise<Record<string, AnyFunction>> | undefined;

  constructor(cls: AnyClass, parameters: readonly unknown[]) {
    this.#cls = cls;
    this.#parameters = parameters;
  }

  /** A method as a function that makes the instance when it is first called. */
  method(name: string): AnyFunction {
    return async (...args) => {
      const instance = await this.#ready();
      return instance[name]?.(...args);
    };
  }

  /** The same for a method that yields values. */
  generatorMethod(name: string): AnyFunction {
    const ready = () => this.#ready();
    return async function* (...args) {
      const instance = await ready();
      return yield* instance[name]?.(...args) as AsyncGenerator<unknown, unknown, undefined>;
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const entered = this.#entered;
    this.#entered = undefined;
    if (entered !== undefined) await runHook(await entered, exit);
  }

  #ready(): Promise<Record<string, AnyFunction>> {
    this.#entered ??= this.#enter();
    return this.#entered;
  }

  async #enter(): Promise<Record<string, AnyFunction>> {
    const instance = newInstance(this.#cls, this.#parameters);
    await runHook(instance, enter);
    return instance as Record<string, AnyFunction>;
  }
}

/** An instance of a class that is only known to be one. */
export function newInstance(cls: AnyClass, parameters: readonly unknown[]): object {
  return Reflect.construct(cls, parameters) as object;
}
