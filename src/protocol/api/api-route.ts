/**
 * What can be said of a route of a server's HTTP API: its address, who may use it, what goes in and what comes out.
 *
 * Invariants
 * - a route without authentication says so by `access: 'public'`
 * - a body is read to the limit of its route and no further
 */
import type { z } from 'zod';
import type { Scope } from '../scopes.ts';

/** Of routes that name no other limit. */
export const DEFAULT_MAX_BODY_BYTES = 65_536;

export interface ApiRoute {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  /** As OpenAPI writes it: `/v1/tokens/{id}`. */
  readonly path: string;
  readonly summary: string;
  /** The scope it needs; `token` any token; `public` none. */
  readonly access: Scope | 'token' | 'public';
  /** What the names in the path may be. */
  readonly params?: z.ZodObject;
  /** What may stand behind the `?`. Values come as text: see field-schemas.ts for numbers, times and lists. */
  readonly query?: z.ZodObject;
  /** Not on a route of `bytes`, whose body is what it is. */
  readonly body?: z.ZodObject;
  /**
   * How a body is written. Default: JSON. `form` is what OAuth prescribes, and answers errors in its way. `bytes` comes
   * as it is, and reaches the handler while it is still being sent.
   */
  readonly encoding?: 'json' | 'form' | 'bytes';
  /** Largest body. Default DEFAULT_MAX_BODY_BYTES. */
  readonly maxBodyBytes?: number;
  /**
   * The answer is a sequence of lines of JSON (`application/x-ndjson`), each as `reply` says, sent as they come about.
   * One that fails midway ends with a line `{"error": …}`; empty lines keep the connection alive.
   */
  readonly stream?: true;
  /** Status of an answer that went well. Default: 200. */
  readonly statusOf?: (reply: unknown) => 200 | 202;
  readonly reply: z.ZodType;
}
