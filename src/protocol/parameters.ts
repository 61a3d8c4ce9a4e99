/**
 * A function's parameters as the command line sees them, as plain data.
 *
 * Read from the function's source or from its schema by runtime/app; turned into flags, help and arguments
 * by cli. It survives JSON, so that a server can tell a client what a deployed function takes.
 */

/** What values a flag takes. `json` is everything that a flag cannot spell otherwise. */
export type ScalarType =
  | { readonly kind: 'string' }
  | { readonly kind: 'number'; readonly integer?: boolean }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'choice'; readonly choices: readonly (string | number)[] }
  | { readonly kind: 'date' }
  | { readonly kind: 'json' };

/** A scalar, or several of one: a flag that may be given again and again. */
export type ParameterType = ScalarType | { readonly kind: 'array'; readonly items: ScalarType };

export interface Parameter {
  /** As the function names it: `maxItems`. */
  readonly name: string;
  /** As the user types it, without dashes: `max-items`. */
  readonly flag: string;
  readonly type: ParameterType;
  readonly required: boolean;
  /** Takes all remaining arguments of the function: `...files`. */
  readonly rest?: boolean;
  /** The default as the source spells it. The function fills it in, not the command line. */
  readonly defaultText?: string;
  readonly description?: string;
}

/** How a function is called from the command line. */
export type FunctionParameters = {
  /** What the function does, from its comment. */
  readonly description?: string;
} & (
  | {
      /** `object`: one argument with a field per flag. `positional`: one argument per flag, in order. */
      readonly style: 'object' | 'positional';
      readonly parameters: readonly Parameter[];
      /** The object itself may be left out: without any flag the function is called without arguments. */
      readonly optional?: boolean;
    }
  /** Every argument is passed on as it was typed. */
  | { readonly style: 'raw' }
  /** Any `--key value`, as one object. */
  | { readonly style: 'free' }
);

/** What one call takes. */
export interface CallParameters {
  /** Of the constructor, where a method of a class is called. */
  readonly construct?: FunctionParameters;
  /** Of the function or method. */
  readonly call: FunctionParameters;
}

/** `max-items` of `maxItems`; what is no plain name keeps its characters. */
export function flagName(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .replaceAll('_', '-')
    .toLowerCase();
}
