/**
 * What goes into each route of the API and what comes out, as types: as it is written, and as it is read once checked.
 */
import type { z } from 'zod';
import type { API_ROUTES, ApiRoute, RouteName } from './api-routes.ts';

/** A schema of a route. */
export type ApiSchema = NonNullable<ApiRoute['body']>;

type Routes = typeof API_ROUTES;
type Schema<Name extends RouteName, Field extends string> =
  Routes[Name] extends Record<Field, infer Found extends z.ZodType> ? Found : undefined;
type Written<Found> = Found extends z.ZodType ? z.input<Found> : undefined;
type Read<Found> = Found extends z.ZodType ? z.output<Found> : undefined;

/** What a server gets from a client, checked. */
export interface Received<Name extends RouteName> {
  readonly params: Read<Schema<Name, 'params'>>;
  readonly body: Read<Schema<Name, 'body'>>;
}

/** What a client sends. */
export type Sent<Name extends RouteName> = Field<Name, 'params'> & Field<Name, 'body'>;
type Field<Name extends RouteName, Key extends 'params' | 'body'> =
  Schema<Name, Key> extends undefined ? object : { readonly [K in Key]: Written<Schema<Name, Key>> };

/** What a server answers. */
export type Answered<Name extends RouteName> = z.input<Routes[Name]['reply']>;

/** What a client gets, checked. */
export type Replied<Name extends RouteName> = z.output<Routes[Name]['reply']>;
