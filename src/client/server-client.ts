/**
 * Talks to a server over HTTP: a method call for each route of its API, typed by the table of routes.
 *
 * Invariants
 * - the token goes to the server that it is for and to nobody else: redirects are not followed
 * - what fails is an error of dray, whatever stands between the two
 */
import { API_ROUTES, type ApiRoute, type RouteName } from '../protocol/api-routes.ts';
import { errorDocument, type OAuthErrorReply, oauthError } from '../protocol/api-schemas.ts';
import type { Replied, Sent } from '../protocol/api-types.ts';
import { EnvironmentError, errorFromServer } from '../shared/errors.ts';

export interface ServerToken {
  readonly id: string;
  readonly secret: string;
}

export interface ServerClientOptions {
  readonly url: string;
  readonly token?: ServerToken | undefined;
  readonly signal?: AbortSignal;
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

  constructor({ url, token, signal }: ServerClientOptions) {
    this.url = url.replace(/\/+$/, '');
    this.#token = token;
    this.#signal = signal;
  }

  /**
   * Makes one request. Throws SERVER_UNREACHABLE, SERVER_UNKNOWN, what the server says, and on routes of the device
   * flow an OAuthRefusal.
   */
  async request<Name extends RouteName>(name: Name, given: Sent<Name>): Promise<Replied<Name>> {
    const route: ApiRoute = API_ROUTES[name];
    const { params = {}, body } = given as { params?: Record<string, string>; body?: Record<string, string> };
    const path = route.path.replaceAll(/\{(\w+)\}/g, (_, key: string) =>
      encodeURIComponent(params[key] ?? ''),
    );
    const { status, text } = await this.#send(route, path, body);
    const document = parsed(text);
    const reply = status === 200 ? route.reply.safeParse(document) : undefined;
    if (reply?.success) return reply.data as Replied<Name>;
    throw this.#failure(status, document);
  }

  async #send(route: ApiRoute, path: string, body: Record<string, string> | undefined) {
    const form = route.encoding === 'form';
    const type = form ? 'application/x-www-form-urlencoded' : 'application/json';
    const content = form ? new URLSearchParams(body).toString() : JSON.stringify(body);
    try {
      const response = await fetch(this.url + path, {
        method: route.method.toUpperCase(),
        redirect: 'manual',
        headers: {
          accept: 'application/json',
          ...(route.access !== 'public' && this.#token && { authorization: basic(this.#token) }),
          ...(body !== undefined && { 'content-type': type }),
        },
        ...(body !== undefined && { body: content }),
        ...(this.#signal && { signal: this.#signal }),
      });
      return { status: response.status, text: await response.text() };
    } catch (error) {
      this.#signal?.throwIfAborted();
      throw unreachable(this.url, error);
    }
  }

  #failure(status: number, document: unknown): Error {
    const refusal = oauthError.safeParse(document);
    if (refusal.success) return new OAuthRefusal(refusal.data);
    const told = errorDocument.safeParse(document);
    if (told.success && status !== 200) return errorFromServer(status, told.data);
    const what = `what answers at ${this.url} is no server of this dray (status ${status})`;
    return new EnvironmentError('SERVER_UNKNOWN', what, {
      suggestions: [
        'see that server_url is the address of a dray server: dray config show',
        'update the older of the two',
      ],
    });
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

function unreachable(url: string, error: unknown): EnvironmentError {
  const { code, message } = ((error as Error).cause ?? error) as NodeJS.ErrnoException;
  return new EnvironmentError('SERVER_UNREACHABLE', `no server answers at ${url}: ${code ?? message}`, {
    suggestions: [
      'start one on this machine: dray server start',
      'see which server is used: dray config show',
    ],
    cause: error,
  });
}
