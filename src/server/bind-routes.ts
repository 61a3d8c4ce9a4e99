/**
 * Binds a handler to each route of the API: authenticates, checks what came in, answers.
 *
 * Handlers see plain data and give plain data; that this is HTTP they do not know.
 *
 * Invariants
 * - a request without the access that its route asks for reaches no handler, and none of its body is read
 * - a body longer than the limit is not read to its end
 */
import type { Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { API_ROUTES, type ApiRoute, type RouteName } from '../protocol/api-routes.ts';
import type { Answered, ApiSchema, Received } from '../protocol/api-types.ts';
import { hasScope } from '../protocol/scopes.ts';
import { presentedToken } from './access/presented-token.ts';
import type { RateLimit } from './access/rate-limit.ts';
import type { Access, TokenAuthority } from './access/token-authority.ts';
import { clientAddress } from './client-address.ts';
import { errorReply, oauthErrorReply } from './error-reply.ts';
import { bodyTooLarge, requestInvalid, scopeMissing, tokenRefused, tooManyTries } from './request-errors.ts';

const BODY_LIMIT_BYTES = 65_536;

export interface ApiRequest<Name extends RouteName> extends Received<Name> {
  /** Undefined on public routes. */
  readonly access: (typeof API_ROUTES)[Name]['access'] extends 'public' ? undefined : Access;
  /** Where the request came from. */
  readonly address: string;
  /** Scheme and host as the client wrote them. */
  readonly origin: string;
}

/** One for every route. */
export type ApiHandlers = {
  readonly [Name in RouteName]: (request: ApiRequest<Name>) => Answered<Name> | Promise<Answered<Name>>;
};

export interface Guards {
  readonly tokens: TokenAuthority;
  /** Of requests whose token was not good, by address. */
  readonly failures: RateLimit;
  /** Told of errors that no kind describes. */
  onDefect(error: unknown): void;
}

/** Adds the routes to `app`. */
export function bindRoutes(app: Hono, handlers: ApiHandlers, guards: Guards): void {
  const limit = bodyLimit({
    maxSize: BODY_LIMIT_BYTES,
    onError: () => {
      throw bodyTooLarge(BODY_LIMIT_BYTES);
    },
  });
  for (const [name, route] of Object.entries<ApiRoute>(API_ROUTES)) {
    const path = route.path.replaceAll(/\{(\w+)\}/g, ':$1');
    const handler = handlers[name as RouteName] as (request: object) => unknown;
    const answer = async (c: Context) => {
      try {
        const access = await authenticated(c, route, guards);
        let reply: unknown;
        await limit(c, async () => {
          const { origin } = new URL(c.req.url);
          const given = { params: paramsOf(c, route), body: await bodyOf(c, route) };
          reply = await handler({ ...given, access, address: clientAddress(c), origin });
        });
        return c.json(route.reply.parse(reply), 200, { 'cache-control': 'no-store' });
      } catch (error) {
        const { status, document } = (route.encoding === 'form' ? oauthErrorReply : errorReply)(error);
        if (status === 500) guards.onDefect(error);
        if (status === 401) c.header('www-authenticate', 'Basic realm="dray", charset="UTF-8"');
        return c.json(document, status as 400, { 'cache-control': 'no-store' });
      }
    };
    app.on(route.method.toUpperCase(), path, answer);
  }
}

async function authenticated(c: Context, { access }: ApiRoute, guards: Guards): Promise<Access | undefined> {
  if (access === 'public') return undefined;
  const token = presentedToken(c.req.header('authorization'));
  const found = token && (await guards.tokens.verify(token));
  if (found === undefined) {
    const waitMs = token === undefined ? 0 : guards.failures.take(clientAddress(c));
    if (waitMs > 0) throw tooManyTries(waitMs);
    throw tokenRefused();
  }
  if (access !== 'token' && !hasScope(found.scopes, access)) throw scopeMissing(access);
  return found;
}

function paramsOf(c: Context, { params }: ApiRoute): unknown {
  return params && checked(params, c.req.param());
}

async function bodyOf(c: Context, { body, encoding }: ApiRoute): Promise<unknown> {
  if (body === undefined) return undefined;
  const type = encoding === 'form' ? 'application/x-www-form-urlencoded' : 'application/json';
  const given = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  // Also what keeps pages of other sites out: a browser asks before it sends JSON across.
  if (given !== type) throw requestInvalid([`its content-type has to be ${type}`]);
  const text = await c.req.text();
  if (encoding === 'form') return checked(body, Object.fromEntries(new URLSearchParams(text)));
  try {
    return checked(body, JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) throw requestInvalid(['its body is no JSON']);
    throw error;
  }
}

function checked(schema: ApiSchema, value: unknown): unknown {
  const { data, error } = schema.safeParse(value);
  if (error === undefined) return data;
  throw requestInvalid(error.issues.map(({ path, message }) => [path.join('.'), message].join(': ')));
}
