/**
 * The names of a class's hooks.
 *
 * They are registered symbols, so that a class that was written with one copy of the SDK is understood by
 * another: the CLI's, the user's installed one, the one inside a bundle.
 */

/** Names the method that a container runs once, before its first call: `async [enter]() { … }`. */
export const enter: unique symbol = Symbol.for('dray.enter');

/** Names the method that a container runs once, within 30 s, before it stops: `async [exit]() { … }`. */
export const exit: unique symbol = Symbol.for('dray.exit');

/** Runs a hook of an instance, where it has one. */
export async function runHook(instance: object, hook: typeof enter | typeof exit): Promise<void> {
  const method = (instance as { [hook]?: () => unknown })[hook];
  await method?.call(instance);
}

/** Whether a class has a hook. */
export function hasHook(
  cls: abstract new (...args: never[]) => object,
  hook: typeof enter | typeof exit,
): boolean {
  return typeof (cls.prototype as { [hook]?: unknown })[hook] === 'function';
}
