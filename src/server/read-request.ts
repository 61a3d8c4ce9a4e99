/**
 * Reads what a request brings: its path, its query, its body; each as its route says.
 *
 * Invariants
 * - a body longer than the limit is not read to its end
 * - a body of bytes is read as the handler asks for it, and never kept whole
 */
import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { type ApiRoute, DEFAULT_MAX_BODY_BYTES } from '../protocol/api/api-route.ts';
import type { ApiSchema } from '../protocol/api/route-types.ts';
import { bodyTooLarge, requestInvalid } from './request-errors.ts';

const CONTENT_TYPES = {
  json: 'application/json',
  form: 'application/x-www-form-urlencoded',
  bytes: 'application/octet-stream',
} as const;

export interface ReadRequest {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

/** What came in, checked. Throws REQUEST_INVALID and BODY_TOO_LARGE; reading a body of bytes throws them too. */
export async function readRequest(c: Context, route: ApiRoute): Promise<ReadRequest> {
  return {
    params: route.params && checked(route.params, c.req.param()),
    query: route.query && checked(route.query, queryOf(c)),
    body: await bodyOf(c, route),
  };
}

/** Fields that are given once as a text, others as a list. */
function queryOf(c: Context): Record<string, unknown> {
  const entries = Object.entries(c.req.queries());
  return Object.fromEntries(entries.map(([key, values]) => [key, values.length === 1 ? values[0] : values]));
}

async function bodyOf(c: Context, route: ApiRoute): Promise<unknown> {
  const { body, encoding = 'json', maxBodyBytes = DEFAULT_MAX_BODY_BYTES } = route;
  if (body === undefined && encoding !== 'bytes') return undefined;
  const given = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  // Also what keeps pages of other sites out: a browser asks before it sends JSON across.
  if (given !== CONTENT_TYPES[encoding]) {
    throw requestInvalid([`its content-type has to be ${CONTENT_TYPES[encoding]}`]);
  }
  if (encoding === 'bytes') return limitedBytes(c, maxBodyBytes);
  const text = await limitedText(c, maxBodyBytes);
  if (encoding === 'form') return checked(body as ApiSchema, Object.fromEntries(new URLSearchParams(text)));
  try {
    return checked(body as ApiSchema, JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) throw requestInvalid(['its body is no JSON']);
    throw error;
  }
}

async function limitedText(c: Context, maxSize: number): Promise<string> {
  const onError = () => {
    throw bodyTooLarge(maxSize);
  };
  let text = '';
  await bodyLimit({ maxSize, onError })(c, async () => {
    text = await c.req.text();
  });
  return text;
}

function limitedBytes(c: Context, maxBytes: number): AsyncIterable<Uint8Array> {
  if (Number(c.req.header('content-length') ?? 0) > maxBytes) throw bodyTooLarge(maxBytes);
  return chunksOf(c.req.raw.body, maxBytes);
}

async function* chunksOf(body: ReadableStream<Uint8Array> | null, maxBytes: number) {
  if (body === null) return;
  let bytes = 0;
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(brokenOff);
      if (done) return;
      bytes += value.length;
      if (bytes > maxBytes) throw bodyTooLarge(maxBytes);
      yield value;
    }
  } finally {
    // What is left is drained by the connection, or cut off.
    reader.releaseLock();
  }
}

/** The client went away: nobody reads the answer, and it is no defect. */
function brokenOff(): never {
  throw requestInvalid(['its body broke off']);
}

function checked(schema: ApiSchema, value: unknown): unknown {
  const { data, error } = schema.safeParse(value);
  if (error === undefined) return data;
  throw requestInvalid(error.issues.map(({ path, message }) => [path.join('.'), message].join(': ')));
}
