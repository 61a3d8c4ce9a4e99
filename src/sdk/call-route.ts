/**
 * Where the calls of a handle go: which function, with what changed, through which invoker.
 *
 * Immutable: {@link CallRoute.with} gives another one.
 *
 * Invariants
 * - one route gives the same target object for all its calls, once its function has a name
 */
import { abortableInvoker } from './abortable-invoker.ts';
import { requireInvoker } from './context.ts';
import type { ServedDeclaration } from './declaration.ts';
import type { OptionOverrides } from './function-options.ts';
import type { CallTarget, Invoker } from './invoker.ts';

/** What a handle's `withOptions` takes. */
export interface HandleOptions extends OptionOverrides {
  /** Cancels the calls of the handle when it is aborted; they reject with its reason. */
  signal?: AbortSignal;
}

/** What a route adds to its function. */
export interface RouteParts {
  readonly method?: string;
  readonly parameters?: readonly unknown[];
  readonly overrides?: OptionOverrides;
  readonly signal?: AbortSignal;
}

export class CallRoute {
  readonly #app: string;
  readonly #declaration: ServedDeclaration;
  readonly #parts: RouteParts;
  #target: CallTarget | undefined;
  #abortable: { readonly inner: Invoker; readonly invoker: Invoker } | undefined;

  constructor(app: string, declaration: ServedDeclaration, parts: RouteParts = {}) {
    this.#app = app;
    this.#declaration = declaration;
    this.#parts = parts;
  }

  get target(): CallTarget {
    if (this.#target !== undefined) return this.#target;
    const { method, parameters, overrides } = this.#parts;
    const target = {
      app: this.#app,
      function: this.#functionName,
      ...(method !== undefined && { method }),
      ...(parameters !== undefined && { parameters }),
      ...(overrides !== undefined && { overrides }),
    };
    if (this.#declaration.name !== undefined) this.#target = target;
    return target;
  }

  /** `resize` or `Model.predict`, for messages. */
  get label(): string {
    const { method } = this.#parts;
    return method === undefined ? this.#functionName : `${this.#functionName}.${method}`;
  }

  /** It was declared `batched`: the function takes and returns lists. */
  get batched(): boolean {
    return this.#declaration.options.batched !== undefined;
  }

  get #functionName(): string {
    const { name, options, fn } = this.#declaration;
    return name ?? options.name ?? fn.name;
  }

  /** The invoker of this process. Throws a UserError where there is none. */
  invoker(): Invoker {
    const inner = requireInvoker();
    const { signal } = this.#parts;
    if (signal === undefined) return inner;
    if (this.#abortable?.inner !== inner)
      this.#abortable = { inner, invoker: abortableInvoker(inner, signal) };
    return this.#abortable.invoker;
  }

  /** The same function, called otherwise. */
  with(parts: RouteParts): CallRoute {
    return new CallRoute(this.#app, this.#declaration, { ...this.#parts, ...parts });
  }

  /** Other options on top of those that were changed already. */
  withOptions({ signal, ...overrides }: HandleOptions): CallRoute {
    return this.with({
      ...(Object.keys(overrides).length > 0 && { overrides: { ...this.#parts.overrides, ...overrides } }),
      ...(signal !== undefined && { signal }),
    });
  }
}
