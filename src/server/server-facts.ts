/**
 * What a server knows of itself.
 */

export interface ServerFacts {
  /** Of dray. */
  readonly version: string;
  /** Where it listens. */
  readonly url: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  uptimeMs(): number;
  requests(): { readonly answered: number; readonly running: number };
}
