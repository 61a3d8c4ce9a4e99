/**
 * Looks through a value for what cannot cross a process boundary, before it is encoded.
 *
 * Pure. It also tells values that only V8's own format keeps exactly, so that value-codec.ts can choose.
 *
 * Invariants
 * - an answer names the first offending place by its path, as one would write it in TypeScript
 * - cycles end, and shared objects are looked at once
 * - errors always cross: what hangs on them and cannot is left behind (remote-error.ts)
 */

/** What a value is made of. */
export type Cloneability =
  | { readonly kind: 'plain' }
  /** Structured clone keeps it, msgpack does not: -0, holes in arrays, lone surrogates and the like. */
  | { readonly kind: 'exotic' }
  | { readonly kind: 'uncloneable'; readonly path: string; readonly what: string };

const PLAIN: Cloneability = { kind: 'plain' };
const EXOTIC: Cloneability = { kind: 'exotic' };

/** What `value` is made of; `root` is how its path starts, e.g. `args` or `the result`. */
export function cloneabilityOf(value: unknown, root: string): Cloneability {
  const quick = primitive(value);
  if (quick === 'plain') return PLAIN;
  const scan = new Scan();
  scan.visit(value);
  if (scan.what === undefined) return scan.exotic ? EXOTIC : PLAIN;
  return { kind: 'uncloneable', path: root + scan.path.reverse().join(''), what: scan.what };
}

/** Whether a value crosses; for what may be left behind where it does not. */
export function isCloneable(value: unknown): boolean {
  return cloneabilityOf(value, '').kind !== 'uncloneable';
}

type Primitive = 'plain' | 'exotic' | 'function' | 'symbol' | 'object';

function primitive(value: unknown): Primitive {
  switch (typeof value) {
    case 'number':
      return value === 0 && Object.is(value, -0) ? 'exotic' : 'plain';
    case 'string':
      return value.isWellFormed() ? 'plain' : 'exotic';
    case 'function':
      return 'function';
    case 'symbol':
      return 'symbol';
    case 'object':
      return value === null ? 'plain' : 'object';
    default:
      return 'plain';
  }
}

class Scan {
  /** Set with the first problem. */
  what: string | undefined;
  /** From the offending place outwards. */
  readonly path: string[] = [];
  exotic = false;
  readonly #seen = new Set<object>();

  /** False where something inside cannot cross; `what` and `path` then tell. */
  visit(value: unknown): boolean {
    switch (primitive(value)) {
      case 'plain':
        return true;
      case 'exotic':
        this.exotic = true;
        return true;
      case 'function':
        return this.#refuse('a function');
      case 'symbol':
        return this.#refuse('a symbol');
      case 'object':
        return this.#visitObject(value as object);
    }
  }

  #refuse(what: string): false {
    this.what = what;
    return false;
  }

  #visitObject(value: object): boolean {
    if (this.#seen.has(value)) return true;
    this.#seen.add(value);
    if (Array.isArray(value)) return this.#visitArray(value);
    const prototype = Object.getPrototypeOf(value) as object | null;
    if (prototype === Object.prototype || prototype === null) return this.#visitProperties(value);
    if (value instanceof Map) return this.#visitMap(value);
    if (value instanceof Set) return this.#visitSet(value);
    if (ArrayBuffer.isView(value)) return this.#visitView(value);
    if (value instanceof Error || value instanceof Date || value instanceof RegExp) return true;
    if (value instanceof ArrayBuffer) return true;
    if (value instanceof Number || value instanceof String || value instanceof Boolean) {
      this.exotic = true;
      return true;
    }
    if (value instanceof Promise) return this.#refuse('a promise (await it first)');
    // Another realm's plain object (node:vm) has a prototype of its own that looks like ours.
    if (Object.getPrototypeOf(prototype) === null && prototype.constructor?.name === 'Object') {
      return this.#visitProperties(value);
    }
    return this.#refuse(`an instance of ${prototype.constructor?.name || 'a class'}`);
  }

  #visitArray(array: readonly unknown[]): boolean {
    for (let index = 0; index < array.length; index++) {
      const item = array[index];
      if (item === undefined && !(index in array)) this.exotic = true;
      if (!this.visit(item)) return this.#within(`[${index}]`);
    }
    return true;
  }

  #visitProperties(object: object): boolean {
    for (const key of Object.keys(object)) {
      if (key === '__proto__') this.exotic = true;
      if (!this.visit((object as Record<string, unknown>)[key])) {
        return this.#within(
          /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`,
        );
      }
    }
    return true;
  }

  #visitMap(map: ReadonlyMap<unknown, unknown>): boolean {
    for (const [key, item] of map) {
      if (!this.visit(key)) return this.#within('.keys()');
      if (!this.visit(item)) return this.#within(`.get(${describeKey(key)})`);
    }
    return true;
  }

  #visitSet(set: ReadonlySet<unknown>): boolean {
    for (const item of set) if (!this.visit(item)) return this.#within('.values()');
    return true;
  }

  #visitView(view: ArrayBufferView): boolean {
    if (view.buffer instanceof SharedArrayBuffer) return this.#refuse('backed by shared memory');
    if (view.constructor.name === 'Float16Array') this.exotic = true;
    return true;
  }

  #within(step: string): false {
    this.path.push(step);
    return false;
  }
}

function describeKey(key: unknown): string {
  return typeof key === 'string' ? JSON.stringify(key) : typeof key === 'object' ? '…' : String(key);
}
