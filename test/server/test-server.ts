/**
 * A server in this process, on a port and a data folder of its own, gone with the test; and a browser without a screen.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TokenReply } from '../../src/protocol/api/token-routes.ts';
import { newAdminCode } from '../../src/server/new-admin-code.ts';
import { runningServer } from '../../src/server/server-record.ts';
import { type RunningServer, type StartServerOptions, startServer } from '../../src/server/start-server.ts';

export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly dataFolder: string;
  readonly server: RunningServer;
  /** Errors that no kind describes. */
  readonly defects: unknown[];
  /** A request with the local token, or with none, or with another. */
  fetch(path: string, init?: RequestInit & { token?: string | null }): Promise<Response>;
  /** Posts a form without a token. */
  form(path: string, fields: Record<string, string>, headers?: Record<string, string>): Promise<Response>;
  /** A token made as `dray token new` makes one. */
  token(scope: string, name?: string): Promise<{ id: string; secret: string }>;
  tokens(): Promise<TokenReply[]>;
}

/** Polls may come as fast as they like: what is too fast is tested where the clock is. */
const QUICK = { intervalMs: 0 };

export async function testServer(options: Partial<StartServerOptions> = {}): Promise<TestServer> {
  const dataFolder = options.dataFolder ?? (await mkdtemp(path.join(tmpdir(), 'dray-server-')));
  const defects: unknown[] = [];
  const server = await startServer({
    ...{ version: '1.2.3', host: '127.0.0.1', port: 0, device: QUICK },
    onDefect: (error) => void defects.push(error),
    openApps: () => Promise.reject(new Error('no apps in this test')),
    ...options,
    dataFolder,
  });
  const { url } = server;
  const local = runningServer(dataFolder)?.token;
  const fetchFrom: TestServer['fetch'] = (to, { token, ...init } = {}) => {
    const authorization = token === null ? undefined : (token ?? basic(local as IssuedToken));
    const headers = { ...(authorization && { authorization }), ...(init.headers as object) };
    return fetch(url + to, { redirect: 'manual', ...init, headers });
  };
  const form: TestServer['form'] = (to, fields, headers = {}) =>
    fetchFrom(to, { method: 'POST', body: new URLSearchParams(fields), headers, token: null });
  return {
    ...{ url, dataFolder, server, defects, form },
    fetch: fetchFrom,
    async token(scope, name = 'test') {
      const asked = (await (await form('/device/code', { client_id: 'dray', scope, name })).json()) as Asked;
      const browser = await signedIn(url, dataFolder);
      const page = await browser.get(`/device?user_code=${asked.user_code}`);
      await browser.post('/device/decision', { ...fieldsIn(page), decision: 'approved' });
      const grant = { grant_type: GRANT, device_code: asked.device_code, client_id: 'dray' };
      const made = (await (await form('/device/token', grant)).json()) as Record<string, string>;
      return { id: made.token_id as string, secret: made.token_secret as string };
    },
    async tokens() {
      return ((await (await fetchFrom('/v1/tokens')).json()) as { tokens: TokenReply[] }).tokens;
    },
    async [Symbol.asyncDispose]() {
      await server.close();
      if (options.dataFolder === undefined) await rm(dataFolder, { recursive: true, force: true });
    },
  };
}

export const GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

export interface Asked {
  readonly device_code: string;
  readonly user_code: string;
  readonly verification_uri: string;
  readonly verification_uri_complete: string;
  readonly expires_in: number;
  readonly interval: number;
}

interface IssuedToken {
  readonly id: string;
  readonly secret: string;
}

/** As an Authorization header. */
export function basic({ id, secret }: IssuedToken): string {
  return `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
}

/** Keeps cookies, follows nothing. */
export function browserOf(url: string) {
  const cookies = new Map<string, string>();
  const send = async (to: string, init: RequestInit = {}) => {
    const cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
    const headers = { ...(cookie !== '' && { cookie }), ...(init.headers as object) };
    const response = await fetch(url + to, { redirect: 'manual', ...init, headers });
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (value === '' || /max-age=0/i.test(set)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  };
  return {
    cookies,
    send,
    get: async (to: string) => (await send(to)).text(),
    post: (to: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
      send(to, { method: 'POST', body: new URLSearchParams(fields), headers }),
  };
}

/** A browser with a session. */
export async function signedIn(url: string, dataFolder: string) {
  const browser = browserOf(url);
  const fields = fieldsIn(await browser.get('/device'));
  await browser.post('/device/sign-in', { ...fields, admin_code: await newAdminCode(dataFolder) });
  return browser;
}

/** Hidden fields of a page's forms. */
export function fieldsIn(page: string): Record<string, string> {
  const inputs = page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g);
  return Object.fromEntries([...inputs].map(([, name = '', value = '']) => [name, value]));
}
