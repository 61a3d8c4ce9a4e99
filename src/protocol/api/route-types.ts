/**
 * What goes into each route of the API and what comes out, as types: as it is written, and as it is read once checked.
 */
import type { z } from 'zod';
import type { ApiRoute } from './api-route.ts';
import type { API_ROUTES, RouteName } from './routes.ts';

/** A schema of what goes into a route. */
export type ApiSchema = NonNullable<ApiRoute['body']>;

type Routes = typeof API_ROUTES;
type Schema<Name extends RouteName, Field extends string> =
  Routes[Name] extends Record<Field, infer Found extends z.ZodType> ? Found : undefined;
type Written<Found> = Found extends z.ZodType ? z.input<Found> : undefined;
type Read<Found> = Found extends z.ZodType ? z.output<Found> : undefined;
type TakesBytes<Name extends RouteName> = Routes[Name] extends { encoding: 'bytes' } ? true : false;

/** Routes that answer with lines. */
export type StreamName = {
  [Name in RouteName]: Routes[Name] extends { stream: true } ? Name : never;
}[RouteName];

/** Routes that answer with one document. */
export type ReplyName = Exclude<RouteName, StreamName>;

/** What a server gets from a client, checked. */
export interface Received<Name extends RouteName> {
  readonly params: Read<Schema<Name, 'params'>>;
  readonly query: Read<Schema<Name, 'query'>>;
  /** Of a route of `bytes` as it comes; it throws BODY_TOO_LARGE at the limit. */
  readonly body: TakesBytes<Name> extends true ? AsyncIterable<Uint8Array> : Read<Schema<Name, 'body'>>;
}

/** What a client sends as bytes. */
export type SentBytes = Uint8Array | AsyncIterable<Uint8Array>;

/** What a client sends. A query may be left out where none of its fields is required. */
export type Sent<Name extends RouteName> = Field<Name, 'params'> &
  QueryField<Name> &
  (TakesBytes<Name> extends true ? { readonly body: SentBytes } : Field<Name, 'body'>);
type Field<Name extends RouteName, Key extends 'params' | 'body'> =
  Schema<Name, Key> extends undefined ? object : { readonly [K in Key]: Written<Schema<Name, Key>> };
type QueryField<Name extends RouteName> =
  Schema<Name, 'query'> extends undefined
    ? object
    : object extends Written<Schema<Name, 'query'>>
      ? { readonly query?: Written<Schema<Name, 'query'>> }
      : { readonly query: Written<Schema<Name, 'query'>> };

/** One line of a stream, or the one document, as a handler gives it. */
type Given<Name extends RouteName> = Unchanged<z.input<Routes[Name]['reply']>>;
/** Lists and records may be those of somebody else: they are only read. */
type Unchanged<T> = T extends object ? { readonly [K in keyof T]: Unchanged<T[K]> } : T;

/** What a server answers. */
export type Answered<Name extends RouteName> = Name extends StreamName
  ? AsyncIterable<Given<Name>>
  : Given<Name>;

/** What a client gets, checked: the document, or each line. */
export type Replied<Name extends RouteName> = z.output<Routes[Name]['reply']>;
