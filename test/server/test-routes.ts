/**
 * A server in this process that answers to routes of a test, bound as the real ones are, and a client of them.
 */
import type { Socket } from 'node:net';
import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { ServerClient, type ServerClientOptions } from '../../src/client/server-client.ts';
import type { ApiRoute } from '../../src/protocol/api/api-route.ts';
import { memoryAccess } from '../../src/runtime/store/memory-access.ts';
import { RateLimit } from '../../src/server/access/rate-limit.ts';
import { freshToken, type IssuedToken, TokenAuthority } from '../../src/server/access/token-authority.ts';
import { type ApiHandlers, type ApiRequest, bindRoutes } from '../../src/server/bind-routes.ts';
import { HttpListener } from '../../src/server/http-listener.ts';
import { serverEnding } from '../../src/server/request-errors.ts';

/** What a handler of a test gets, its types aside. */
export type AnyRequest = Omit<ApiRequest<'server'>, 'body' | 'query' | 'params'> & {
  readonly params: Record<string, string>;
  readonly query: Record<string, unknown>;
  readonly body: AsyncIterable<Uint8Array>;
};

export interface BoundRoute {
  readonly route: ApiRoute;
  handle(request: AnyRequest): unknown;
}

/** A client that takes any route. */
export interface AnyClient {
  request(name: string, given: object): Promise<unknown>;
  stream(name: string, given: object): AsyncGenerator<unknown>;
}

export interface BoundServer extends AsyncDisposable {
  readonly url: string;
  readonly token: IssuedToken;
  readonly tokens: TokenAuthority;
  readonly defects: unknown[];
  client(options?: Partial<ServerClientOptions>): AnyClient;
  /** As a server that is killed does. */
  breakConnections(): void;
  /** As a server that is about to end does. */
  end(): void;
  close(): Promise<void>;
}

export async function boundServer(bound: Readonly<Record<string, BoundRoute>>): Promise<BoundServer> {
  const routes = Object.fromEntries(Object.entries(bound).map(([name, { route }]) => [name, route]));
  const handlers = Object.fromEntries(Object.entries(bound).map(([name, { handle }]) => [name, handle]));
  const tokens = new TokenAuthority(memoryAccess());
  const token = await tokens.issue({ name: 'test', scopes: ['deploy'] });
  const defects: unknown[] = [];
  const ending = new AbortController();
  const app = new Hono();
  const sockets = new Set<Socket>();
  app.use(async (c, next) => {
    sockets.add((c.env as HttpBindings).incoming.socket);
    await next();
  });
  const failures = new RateLimit({ burst: 30, refillMs: 2_000 });
  const guards = {
    tokens,
    failures,
    ending: ending.signal,
    onDefect: (error: unknown) => defects.push(error),
  };
  bindRoutes(app, handlers as unknown as ApiHandlers, guards, routes);
  const listener = new HttpListener({ host: '127.0.0.1', port: 0 });
  const url = await listener.listen();
  listener.serve(app, (_, connection) => void connection.destroy());
  const close = () => listener.close();
  return {
    ...{ url, token, tokens, defects, close },
    client: (options) => new ServerClient({ url, token, routes, ...options }) as unknown as AnyClient,
    breakConnections: () => {
      for (const socket of sockets) socket.destroy();
    },
    end: () => ending.abort(serverEnding()),
    async [Symbol.asyncDispose]() {
      ending.abort(serverEnding());
      await close();
    },
  };
}

/** A token that nobody knows. */
export const NO_TOKEN = freshToken();
