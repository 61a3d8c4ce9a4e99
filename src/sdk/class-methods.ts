/**
 * The methods of a class that can be called remotely.
 *
 * These are the methods of its prototype chain with a plain name, hooks and `#private` ones thus not among them.
 * Those that TypeScript calls `private` or `protected` look the same at run time: the loader notes them from the source.
 */
import type { AnyClass, AnyFunction, ClassDeclaration } from './declaration.ts';
import { isGeneratorFunction } from './generator-function.ts';

export interface ClassMethod {
  readonly name: string;
  /** It yields values instead of returning one. */
  readonly generator: boolean;
}

/** Every method with a plain name, in the order of the source, inherited ones last. */
export function methodsOf(cls: AnyClass): ClassMethod[] {
  const methods = new Map<string, ClassMethod>();
  for (
    let at: object = cls.prototype;
    at !== Object.prototype && at !== null;
    at = Object.getPrototypeOf(at)
  ) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(at))) {
      if (name === 'constructor' || typeof value !== 'function' || methods.has(name)) continue;
      methods.set(name, { name, generator: isGeneratorFunction(value as AnyFunction) });
    }
  }
  return [...methods.values()];
}

/** The methods of a declared class that others may call. */
export function publicMethods({ fn, python, hiddenMethods = [] }: ClassDeclaration): readonly ClassMethod[] {
  if (python !== undefined) return python.outline?.methods ?? [];
  return methodsOf(fn).filter(({ name }) => !hiddenMethods.includes(name));
}
