/**
 * Types that hold other types to be exactly what a test says.
 *
 * A file of type tests is never run: `npm run types` compiles it, and that is the test.
 */

/** `true` where both are the same type: neither wider, nor `any`, nor with other modifiers. */
export type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles only for `true`: `exactly<Equal<A, B>>()`. */
export declare function exactly<_T extends true>(): void;

/** The type of an expression, checked by whoever calls it: `type(value).is<string>()`. */
export declare function type<Actual>(value: Actual): {
  /** Compiles only where the expression is of this very type. */
  is<Expected>(
    ...same: Equal<Actual, Expected> extends true ? [] : [expected: Expected, actual: Actual]
  ): void;
};
