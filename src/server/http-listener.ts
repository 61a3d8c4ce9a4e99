/**
 * Listens for HTTP on one address, counts requests, and ends without cutting off those that run.
 *
 * Invariants
 * - after `close` nothing listens; requests that had begun are answered, as far as the limit allows
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';
import { EnvironmentError } from '../shared/errors.ts';

/** How long requests may still take when the server ends. */
const DRAIN_MS = 8_000;
/** How long a request may take to arrive: a large file over a slow line. */
const REQUEST_TIMEOUT_MS = 6 * 3_600_000;

export interface HttpListenerOptions {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** Takes any that is free where that one is taken. */
  readonly anyPort?: boolean;
  /** Told of every answer. */
  onAnswer?(answer: Answer): void;
}

/** For a log: never the query, which may hold a code. */
export interface Answer {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly durationMs: number;
}

export class HttpListener {
  readonly #server: Server;
  readonly #options: HttpListenerOptions;
  #app: Hono | undefined;
  #running = 0;
  #answered = 0;

  constructor(options: HttpListenerOptions) {
    this.#options = options;
    const fetch = (request: Request, env: object) => (this.#app as Hono).fetch(request, env);
    const serverOptions = { requestTimeout: REQUEST_TIMEOUT_MS };
    this.#server = createAdaptorServer({ fetch, serverOptions }) as Server;
    this.#server.prependListener('request', (request, response) => this.#count(request, response));
  }

  /** Takes the address. Throws LISTEN_FAILED. Nothing is answered before `serve`. */
  async listen(): Promise<string> {
    const { host, port, anyPort = false } = this.#options;
    await this.#take(port).catch((error: NodeJS.ErrnoException) => {
      if (anyPort && error.code === 'EADDRINUSE') return this.#take(0);
      throw listenFailed(host, port, error);
    });
    const { port: taken } = this.#server.address() as AddressInfo;
    return `http://${host.includes(':') ? `[${host}]` : host}:${taken}`;
  }

  /** From now on `app` answers, and `upgrade` requests for a WebSocket. Called in the turn in which `listen` resolved. */
  serve(app: Hono, upgrade: (request: IncomingMessage, connection: Duplex, head: Buffer) => void): void {
    this.#app = app;
    this.#server.on('upgrade', upgrade);
  }

  requests(): { readonly answered: number; readonly running: number } {
    return { answered: this.#answered, running: this.#running };
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    const limit = setTimeout(() => this.#server.closeAllConnections(), DRAIN_MS);
    await closed;
    clearTimeout(limit);
  }

  #take(port: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once('error', reject);
    this.#server.listen(port, this.#options.host, () => {
      this.#server.off('error', reject);
      resolve();
    });
    return promise;
  }

  #count(request: IncomingMessage, response: ServerResponse): void {
    const begun = performance.now();
    this.#running++;
    response.once('close', () => {
      this.#running--;
      this.#answered++;
      // A connection that is kept open for further requests would hold up the end.
      if (!this.#server.listening) this.#server.closeIdleConnections();
      this.#options.onAnswer?.({
        method: request.method ?? '',
        path: (request.url ?? '').split('?')[0] as string,
        status: response.statusCode,
        durationMs: performance.now() - begun,
      });
    });
  }
}

function listenFailed(host: string, port: number, cause: NodeJS.ErrnoException): EnvironmentError {
  const isTaken = cause.code === 'EADDRINUSE';
  const what = isTaken ? 'another program uses it' : (cause.code ?? cause.message);
  return new EnvironmentError('LISTEN_FAILED', `cannot listen on ${host}, port ${port}: ${what}`, {
    suggestions: isTaken
      ? [
          'see whether a server runs already: dray server status',
          'take another port: --port 0 finds a free one',
        ]
      : ['see that --host is an address of this machine'],
    cause,
  });
}
