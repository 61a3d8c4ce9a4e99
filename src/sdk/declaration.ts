/**
 * What user code declared, as plain records, in the order it was declared.
 *
 * The loader (in the CLI) and the runner (in the container) read them; handles only point at them.
 * They hang on `globalThis` under a registered symbol, so that several copies of the SDK share one list.
 *
 * Invariants
 * - declaring does no I/O and checks no names: the loader does, with the file and line at hand
 * - a record is never removed; `name` is filled in once, by naming.ts
 */
import { isLocal } from './context.ts';
import type { FunctionOptions } from './function-options.ts';
import type { Image } from './image.ts';
import type { PythonSource } from './python-source.ts';
import type { Secret } from './secret.ts';
import type { StandardSchema } from './standard-schema.ts';

// biome-ignore lint/suspicious/noExplicitAny: any function is meant, whatever it takes
export type AnyFunction = (...args: any[]) => unknown;

// biome-ignore lint/suspicious/noExplicitAny: any class is meant, whatever its constructor takes
export type AnyClass = abstract new (...args: any[]) => object;

/** A function, a class or a local entrypoint that an app declares. */
export interface Declaration<Kind extends string, Options, Given = AnyFunction> {
  readonly kind: Kind;
  /** What user code gave: a function, or a class. */
  readonly fn: Given;
  readonly options: Options;
  /** What user code exports: the handle, or the entrypoint's function. Found again by identity. */
  handle: unknown;
  /** The stack at the declaration, for messages that name the file and line. */
  readonly declaredAt: string;
  /** Filled in by naming.ts. */
  name?: string;
  /** Where it is, if it is written in Python; `fn` then only carries its name. */
  readonly python?: PythonSource;
}

export type FunctionDeclaration = Declaration<'function', FunctionOptions>;

/** Options of a class: those of a function, for all its methods. */
export type ClassOptions = Omit<FunctionOptions, 'input' | 'schedule'>;

export interface ClassDeclaration extends Declaration<'class', ClassOptions, AnyClass> {
  /** Methods that the source marks `private` or `protected`, which only the source tells. Filled in by the loader. */
  hiddenMethods?: readonly string[];
}

/** What shares containers. */
export type ServedDeclaration = FunctionDeclaration | ClassDeclaration;

/** Options of a local entrypoint. */
export interface EntrypointOptions {
  /** Name on the command line. Default: the name of the export. */
  name?: string;
  /** Describes the flags and checks their values. Default: read from the function's TypeScript types. */
  input?: StandardSchema;
}

export type EntrypointDeclaration = Declaration<'entrypoint', EntrypointOptions>;

/** Defaults that an app's functions share. */
export interface AppOptions {
  /** Image of functions that name none. Default: `Image.node("24")`. */
  image?: Image;
  /** Environment variables of every function; a function's own win. */
  env?: Record<string, string>;
  /** Secrets of every function; a function's own come after them. */
  secrets?: readonly Secret[];
}

export interface AppDeclaration {
  /** Changed by a runner alone, to the name that the app was deployed by. */
  name: string;
  readonly options: AppOptions;
  /** Functions and classes. */
  readonly functions: ServedDeclaration[];
  readonly entrypoints: EntrypointDeclaration[];
  /** What user code exports: the App. */
  readonly handle: unknown;
  readonly declaredAt: string;
}

const KEY = Symbol.for('dray.apps');
type Carrier = { [KEY]?: AppDeclaration[] };

/** Every app declared in this process so far. */
export function declaredApps(): AppDeclaration[] {
  const carrier = globalThis as Carrier;
  carrier[KEY] ??= [];
  return carrier[KEY];
}

/**
 * The stack at the caller's caller: where user code declared something. Empty inside containers, where nobody asks:
 * the first stack of a process is slow to make, since the bundle's source map is read for it.
 */
export function declarationSite(below: object): string {
  if (!isLocal()) return '';
  const site: { stack?: string } = {};
  Error.captureStackTrace?.(site, below as AnyFunction);
  return site.stack ?? '';
}
