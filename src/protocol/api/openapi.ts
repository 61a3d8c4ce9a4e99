/**
 * The OpenAPI document of the API, made of the table of routes: it cannot say anything else than what is served. Pure.
 *
 * https://spec.openapis.org/oas/v3.1.1.html
 */
import { z } from 'zod';
import type { ApiRoute } from './api-route.ts';
import { oauthError } from './device-routes.ts';
import { errorDocument, streamError } from './error-schemas.ts';
import { API_ROUTES } from './routes.ts';

/** The document, as JSON. */
export function openapiDocument(version: string): object {
  const schemas = schemaRegistry();
  const paths: Record<string, Record<string, object>> = {};
  for (const [name, route] of Object.entries<ApiRoute>(API_ROUTES)) {
    paths[route.path] = { ...paths[route.path], [route.method]: operation(name, route, schemas.use) };
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'dray',
      version,
      description: 'The HTTP API of a dray server.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths,
    components: {
      schemas: schemas.components(),
      securitySchemes: {
        basic: { type: 'http', scheme: 'basic', description: 'Id and secret of a token' },
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'Id and secret of a token, a dot between them',
        },
      },
    },
  };
}

type Use = (schema: z.ZodType, io: 'input' | 'output') => object;

function operation(operationId: string, route: ApiRoute, use: Use): object {
  const isForm = route.encoding === 'form';
  const isPublic = route.access === 'public';
  const json = (schema: object) => ({ 'application/json': { schema } });
  const failure = json(use(isForm ? oauthError : errorDocument, 'output'));
  const refusals = isPublic ? {} : { 401: 'No token, or none that is good', 403: 'The token lacks a scope' };
  const failures = {
    400: 'The request is not understood',
    ...refusals,
    413: 'Too large',
    422: 'What it asks for is wrong in itself',
    429: 'Too many tries',
  };
  const described = Object.entries(failures).map(([status, description]) => [
    status,
    { description, content: failure },
  ]);
  return {
    operationId,
    summary: route.summary,
    ...(isPublic ? { security: [] } : { security: [{ basic: [] }, { bearer: [] }] }),
    ...((route.params ?? route.query) && {
      parameters: [...parameters(route.params, 'path'), ...parameters(route.query, 'query')],
    }),
    ...requestBody(route, use),
    responses: {
      200: { description: 'Done', content: answer(route, use) },
      ...(route.statusOf && {
        202: { description: 'Accepted, and not done yet', content: answer(route, use) },
      }),
      ...(route.params && { 404: { description: 'There is none', content: failure } }),
      ...Object.fromEntries(described),
      default: { description: 'The server failed', content: failure },
    },
  };
}

function requestBody({ body, encoding }: ApiRoute, use: Use): object {
  const required = true;
  if (encoding === 'bytes') {
    return { requestBody: { required, content: { 'application/octet-stream': {} } } };
  }
  const type = encoding === 'form' ? 'application/x-www-form-urlencoded' : 'application/json';
  return body ? { requestBody: { required, content: { [type]: { schema: use(body, 'input') } } } } : {};
}

/** A stream is described by one of its lines. */
function answer({ reply, stream }: ApiRoute, use: Use): object {
  const schema = use(reply, 'output');
  if (!stream) return { 'application/json': { schema } };
  return { 'application/x-ndjson': { schema: { anyOf: [schema, use(streamError, 'output')] } } };
}

function parameters(fields: z.ZodObject | undefined, place: 'path' | 'query'): object[] {
  return Object.entries(fields?.shape ?? {}).map(([name, schema]) => {
    const { $schema: _, ...rest } = z.toJSONSchema(schema as z.ZodType, { io: 'output' });
    const required = place === 'path' || !(schema as z.ZodType).safeParse(undefined).success;
    return { name, in: place, required, schema: rest };
  });
}

/** Schemas by name, each once; those within others too. */
function schemaRegistry() {
  const components: Record<string, object> = {};
  const use: Use = (schema, io) => {
    const { $schema: _, $defs = {}, id, ...own } = z.toJSONSchema(schema, { io, unrepresentable: 'throw' });
    for (const [name, definition] of Object.entries($defs)) {
      const { id: _id, ...rest } = definition as { id?: string };
      components[name] = pointed(rest);
    }
    if (id === undefined) return pointed(own);
    components[id] = pointed(own);
    return { $ref: `#/components/schemas/${id}` };
  };
  return { use, components: () => components };
}

/** References as OpenAPI has them. */
function pointed(schema: object): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/'));
}
