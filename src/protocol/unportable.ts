/**
 * Looks through a value that can be cloned for what has no equal in Python. Pure.
 *
 * Invariants
 * - an answer names the first offending place by its path, as one would write it in TypeScript
 * - a value that two places share is two values there; one that contains itself is refused
 */

/** Why a value cannot become one of Python. */
export interface UnportablePlace {
  readonly path: string;
  readonly what: string;
}

/** The first place that Python has no equal of; `root` is how its path starts, e.g. `args`. */
export function unportableIn(value: unknown, root: string): UnportablePlace | undefined {
  const what = leaf(value);
  if (what !== undefined) return { path: root, what };
  if (typeof value !== 'object' || value === null) return undefined;
  return new Search().visit(value, root);
}

/** What is wrong with a value by itself. */
function leaf(value: unknown): string | undefined {
  if (typeof value === 'string') return value.isWellFormed() ? undefined : 'a string with a lone surrogate';
  if (typeof value !== 'object' || value === null) return undefined;
  if (value instanceof RegExp) return 'a RegExp';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid Date' : yearOf(value);
  if (value instanceof Number || value instanceof String || value instanceof Boolean) {
    return `a ${value.constructor.name} object`;
  }
  if (ArrayBuffer.isView(value) && value.constructor.name === 'Float16Array') return 'a Float16Array';
  return undefined;
}

/** Python's datetime knows the years 1 to 9999. */
function yearOf(date: Date): string | undefined {
  const year = date.getUTCFullYear();
  return year >= 1 && year <= 9999 ? undefined : `a Date in the year ${year}`;
}

class Search {
  /** From the outermost to the one that is looked at. */
  readonly #open = new Set<object>();
  readonly #done = new Set<object>();

  visit(value: object, path: string): UnportablePlace | undefined {
    if (this.#open.has(value)) return { path, what: 'a part of itself' };
    if (this.#done.has(value)) return undefined;
    this.#open.add(value);
    const found = this.#within(value, path);
    this.#open.delete(value);
    this.#done.add(value);
    return found;
  }

  #item(value: unknown, step: () => string): UnportablePlace | undefined {
    const what = leaf(value);
    if (what !== undefined) return { path: step(), what };
    return typeof value === 'object' && value !== null ? this.visit(value, step()) : undefined;
  }

  #within(value: object, path: string): UnportablePlace | undefined {
    if (Array.isArray(value)) return this.#array(value, path);
    if (value instanceof Map) return this.#map(value, path);
    if (value instanceof Set) return this.#set(value, path);
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer || value instanceof Date) return undefined;
    for (const [key, item] of Object.entries(value)) {
      const found = this.#item(item, () => `${path}${propertyStep(key)}`) ?? this.#key(key, path);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #array(array: readonly unknown[], path: string): UnportablePlace | undefined {
    for (let index = 0; index < array.length; index++) {
      const found = this.#item(array[index], () => `${path}[${index}]`);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #map(map: ReadonlyMap<unknown, unknown>, path: string): UnportablePlace | undefined {
    for (const [key, item] of map) {
      const found = this.#key(key, path) ?? this.#item(item, () => `${path}.get(${keyText(key)})`);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #set(set: ReadonlySet<unknown>, path: string): UnportablePlace | undefined {
    for (const item of set) {
      if (!isHashable(item)) return { path: `${path}.values()`, what: `${kindOf(item)} in a Set` };
      const found = this.#item(item, () => `${path}.values()`);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #key(key: unknown, path: string): UnportablePlace | undefined {
    if (!isHashable(key)) return { path: `${path}.keys()`, what: `${kindOf(key)} as a key` };
    return this.#item(key, () => `${path}.keys()`);
  }
}

/** Keys and members of sets must be values in Python: it looks them up by what they hold. */
function isHashable(key: unknown): boolean {
  if (typeof key !== 'object' || key === null || key instanceof Date) return true;
  return Array.isArray(key) && key.every(isHashable);
}

function kindOf(value: unknown): string {
  const name = (value as object).constructor?.name ?? 'Object';
  return name === 'Object' ? 'an object' : `a ${name}`;
}

function propertyStep(key: string): string {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

function keyText(key: unknown): string {
  return typeof key === 'string' ? JSON.stringify(key) : typeof key === 'object' ? '…' : String(key);
}
