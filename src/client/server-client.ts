/**
 * Talks to a server over HTTP: a method call for each route of its API, typed by the table of routes.
 *
 * Invariants
 * - the token goes to the server that it is for and to nobody else: redirects are not followed
 * - what fails is an error of dray, whatever stands between the two
 */
import type { ApiRoute } from '../protocol/api/api-route.ts';
import { type OAuthErrorReply, oauthError } from '../protocol/api/device-routes.ts';
import { errorDocument, streamError } from '../protocol/api/error-schemas.ts';
import type { Replied, ReplyName, Sent, StreamName } from '../protocol/api/route-types.ts';
import { API_ROUTES } from '../protocol/api/routes.ts';
import { errorFromServer } from '../shared/errors.ts';
import { linesOf } from './lines.ts';
import { type GivenValues, requestAddress, requestContent } from './request-parts.ts';
import { serverUnknown, serverUnreachable } from './server-errors.ts';

export interface ServerToken {
  readonly id: string;
  readonly secret: string;
}

export interface ServerClientOptions {
  readonly url: string;
  readonly token?: ServerToken | undefined;
  readonly signal?: AbortSignal;
  /** What the server answers to. Default: the routes of this dray. */
  readonly routes?: Readonly<Record<string, ApiRoute>>;
}

/** What a route of OAuth answers when it does not give what was asked for. */
export class OAuthRefusal extends Error {
  readonly code: OAuthErrorReply['error'];

  constructor({ error, error_description }: OAuthErrorReply) {
    super(error_description);
    this.code = error;
  }
}

export class ServerClient {
  readonly url: string;
  readonly #token: ServerToken | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #routes: Readonly<Record<string, ApiRoute>>;

  constructor({ url, token, signal, routes = API_ROUTES }: ServerClientOptions) {
    this.url = url.replace(/\/+$/, '');
    this.#token = token;
    this.#signal = signal;
    this.#routes = routes;
  }

  /**
   * Makes one request. Throws SERVER_UNREACHABLE, SERVER_UNKNOWN, what the server says, and on routes of the device
   * flow an OAuthRefusal.
   */
  async request<Name extends ReplyName>(name: Name, given: Sent<Name>): Promise<Replied<Name>> {
    const route = this.#routes[name] as ApiRoute;
    const { status, text } = await this.#whole(await this.#send(route, given));
    const document = parsed(text);
    const reply = status === 200 || status === 202 ? route.reply.safeParse(document) : undefined;
    if (reply?.success) return reply.data as Replied<Name>;
    throw this.#failure(status, document);
  }

  /**
   * The lines of an answer, as they come; leaving the loop ends it on the server too. Throws as `request` does, midway
   * too: SERVER_UNREACHABLE where the connection breaks.
   */
  async *stream<Name extends StreamName>(
    name: Name,
    given: Sent<Name>,
  ): AsyncGenerator<Replied<Name>, void, undefined> {
    const route = this.#routes[name] as ApiRoute;
    const response = await this.#send(route, given);
    const isStream = response.headers.get('content-type')?.startsWith('application/x-ndjson');
    if (response.status !== 200 || !isStream || response.body === null) {
      const { status, text } = await this.#whole(response);
      throw this.#failure(status, parsed(text));
    }
    for await (const line of linesOf(response.body, (error) => this.#broken(error))) {
      const value = parsed(line);
      const reply = route.reply.safeParse(value);
      if (!reply.success) throw this.#midway(value);
      yield reply.data as Replied<Name>;
    }
  }

  async #send(route: ApiRoute, given: object): Promise<Response> {
    const { headers, ...content } = requestContent(route, given as GivenValues);
    try {
      return await fetch(this.url + requestAddress(route, given as GivenValues), {
        method: route.method.toUpperCase(),
        redirect: 'manual',
        headers: {
          accept: route.stream ? 'application/x-ndjson' : 'application/json',
          ...(route.access !== 'public' && this.#token && { authorization: basic(this.#token) }),
          ...headers,
        },
        ...content,
        ...(this.#signal && { signal: this.#signal }),
      });
    } catch (error) {
      throw this.#broken(error);
    }
  }

  async #whole(response: Response): Promise<{ status: number; text: string }> {
    try {
      return { status: response.status, text: await response.text() };
    } catch (error) {
      throw this.#broken(error);
    }
  }

  #broken(error: unknown): unknown {
    return this.#signal?.aborted ? this.#signal.reason : serverUnreachable(this.url, error);
  }

  #midway(line: unknown): Error {
    const told = streamError.safeParse(line);
    return told.success ? errorFromServer(told.data.error.status, told.data.error) : this.#failure(200, line);
  }

  #failure(status: number, document: unknown): Error {
    const refusal = oauthError.safeParse(document);
    if (refusal.success) return new OAuthRefusal(refusal.data);
    const told = errorDocument.safeParse(document);
    if (told.success && status !== 200) return errorFromServer(status, told.data);
    return serverUnknown(this.url, status);
  }
}

function basic({ id, secret }: ServerToken): string {
  return `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
