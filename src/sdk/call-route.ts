/**
 * Where the calls of a handle go: which function, with what changed, through which invoker.
 *
 * Immutable: {@link CallRoute.with} gives another one.
 *
 * Invariants
 * - one route gives the same target object for all its calls, once its function has a name
 */

import { UserError } from '../shared/errors.ts';
import { abortableInvoker } from './abortable-invoker.ts';
import { requireInvoker } from './context.ts';
import type { ServedDeclaration } from './declaration.ts';
import type { OptionOverrides } from './function-options.ts';
import type { CallTarget, Invoker, SubmitOptions } from './invoker.ts';

/** What a handle's `withOptions` takes. */
export interface HandleOptions extends OptionOverrides {
  /** Cancels the calls of the handle when it is aborted; they reject with its reason. */
  signal?: AbortSignal;
  /**
   * Of `.spawn`: where the function has a call of the same key already, that one is meant and no other is made. 1 to
   * 256 characters. Where calls live no longer than the process that takes them (`dray run`), it does nothing.
   */
  idempotencyKey?: string;
}

/** What a route adds to its function. */
export interface RouteParts {
  readonly method?: string;
  readonly parameters?: readonly unknown[];
  readonly overrides?: OptionOverrides;
  readonly signal?: AbortSignal;
  readonly idempotencyKey?: string;
  /** Where its calls go. Default: the invoker of this process. */
  readonly invoker?: Invoker;
}

const DURABLE: SubmitOptions = { durable: true };

/** What an idempotency key may be long. */
const KEY_CHARACTERS = 256;

export class CallRoute {
  /** Asked for its name when a call is made: a runner may have given it the one that it was deployed by. */
  readonly #app: { readonly name: string };
  readonly #declaration: ServedDeclaration;
  readonly #parts: RouteParts;
  #target: CallTarget | undefined;
  #abortable: { readonly inner: Invoker; readonly invoker: Invoker } | undefined;

  constructor(app: { readonly name: string }, declaration: ServedDeclaration, parts: RouteParts = {}) {
    this.#app = app;
    this.#declaration = declaration;
    this.#parts = parts;
  }

  get target(): CallTarget {
    if (this.#target !== undefined) return this.#target;
    const { method, parameters, overrides } = this.#parts;
    const target = {
      app: this.#app.name,
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

  /** How calls are submitted that go on by themselves. */
  get spawning(): SubmitOptions {
    const { idempotencyKey } = this.#parts;
    return idempotencyKey === undefined ? DURABLE : { durable: true, idempotencyKey };
  }

  get #functionName(): string {
    const { name, options, fn } = this.#declaration;
    return name ?? options.name ?? fn.name;
  }

  /** Where its calls go. Throws a UserError where nobody said, and this process has no invoker. */
  invoker(): Invoker {
    const { signal, invoker: own } = this.#parts;
    const inner = own ?? requireInvoker();
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
  withOptions({ signal, idempotencyKey, ...overrides }: HandleOptions): CallRoute {
    if (idempotencyKey !== undefined) checkIdempotencyKey(idempotencyKey);
    return this.with({
      ...(Object.keys(overrides).length > 0 && { overrides: { ...this.#parts.overrides, ...overrides } }),
      ...(signal !== undefined && { signal }),
      ...(idempotencyKey !== undefined && { idempotencyKey }),
    });
  }
}

function checkIdempotencyKey(key: unknown): void {
  if (typeof key === 'string' && key.length >= 1 && key.length <= KEY_CHARACTERS) return;
  throw new UserError('INVALID_OPTION', `idempotencyKey is a text of 1 to ${KEY_CHARACTERS} characters`);
}
