/**
 * Binds a handler to each route of the API: authenticates, checks what came in, answers.
 *
 * Handlers see plain data and give plain data; that this is HTTP they do not know.
 *
 * Invariants
 * - a request without the access that its route asks for reaches no handler, and none of its body is read
 * - a handler whose caller went away has its signal aborted
 */
import type { Context, Hono } from 'hono';
import type { ApiRoute } from '../protocol/api/api-route.ts';
import type { Answered, Received } from '../protocol/api/route-types.ts';
import { API_ROUTES, type RouteName } from '../protocol/api/routes.ts';
import { authenticate, type Gate } from './access/authenticate.ts';
import { presentedToken } from './access/presented-token.ts';
import type { Access, IssuedToken } from './access/token-authority.ts';
import { clientAddress } from './client-address.ts';
import { errorReply, oauthErrorReply } from './error-reply.ts';
import { lineStream } from './line-stream.ts';
import { readRequest } from './read-request.ts';
import { watchToken } from './watch-token.ts';

export interface ApiRequest<Name extends RouteName> extends Received<Name> {
  /** Undefined on public routes. */
  readonly access: (typeof API_ROUTES)[Name]['access'] extends 'public' ? undefined : Access;
  /** Where the request came from. */
  readonly address: string;
  /** Scheme and host as the client wrote them. */
  readonly origin: string;
  /** Aborted when the client went away, and when the server ends or the token is revoked amid a stream. */
  readonly signal: AbortSignal;
}

/**
 * One for every route. That of a stream gives what is iterated for its lines: what it throws before that is the status of
 * the answer, what iterating throws is its last line. A generator that waits has to end by the request's signal.
 */
export type ApiHandlers = {
  readonly [Name in RouteName]: (request: ApiRequest<Name>) => Answered<Name> | Promise<Answered<Name>>;
};

export interface Guards extends Gate {
  /** Aborted with what to tell the readers of streams when the server ends. */
  readonly ending: AbortSignal;
  /** Told of errors that no kind describes. */
  onDefect(error: unknown): void;
}

/** Adds the routes to `app`. */
export function bindRoutes(
  app: Hono,
  handlers: ApiHandlers,
  guards: Guards,
  routes: Readonly<Record<string, ApiRoute>> = API_ROUTES,
): void {
  for (const [name, route] of Object.entries(routes)) {
    const path = route.path.replaceAll(/\{(\w+)\}/g, ':$1');
    const handler = handlers[name as RouteName] as Handler;
    app.on(route.method.toUpperCase(), path, async (c) => {
      try {
        return await answer(c, route, handler, guards);
      } catch (error) {
        const { status, document } = (route.encoding === 'form' ? oauthErrorReply : errorReply)(error);
        if (status === 500) guards.onDefect(error);
        if (status === 401) c.header('www-authenticate', 'Basic realm="dray", charset="UTF-8"');
        return c.json(document, status as 400, NOT_STORED);
      }
    });
  }
}

type Handler = (request: object) => unknown;
const NOT_STORED = { 'cache-control': 'no-store' };

async function answer(c: Context, route: ApiRoute, handler: Handler, guards: Guards): Promise<Response> {
  const token = presentedToken(c.req.header('authorization'));
  const needed = route.access;
  const access =
    needed === 'public' ? undefined : await authenticate(guards, token, needed, clientAddress(c));
  const { origin } = new URL(c.req.url);
  const given = { ...(await readRequest(c, route)), access, address: clientAddress(c), origin };
  if (!route.stream) {
    const reply = await handler({ ...given, signal: c.req.raw.signal });
    return c.json(route.reply.parse(reply) as object, route.statusOf?.(reply) ?? 200, NOT_STORED);
  }
  const over = new AbortController();
  const revoked = watchToken(guards.tokens, token as IssuedToken, over.signal);
  const ending = AbortSignal.any([guards.ending, revoked]);
  const signal = AbortSignal.any([over.signal, ending, c.req.raw.signal]);
  const lines = (await handler({ ...given, signal })) as AsyncIterable<unknown>;
  const body = lineStream(lines, {
    ending,
    line: (value) => route.reply.parse(value),
    onEnd: () => over.abort(),
    onDefect: guards.onDefect,
  });
  return c.body(body, 200, { ...NOT_STORED, 'content-type': 'application/x-ndjson' });
}
