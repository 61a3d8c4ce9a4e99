/**
 * A server in this process that keeps apps running in child processes, and `dray` as it is used from elsewhere: in a home
 * of its own, with the server's address and a token, and no Docker that answers.
 */
import { DrayClient } from '../../src/client/dray-client.ts';
import { openHostedApps } from '../../src/runtime/deployments/open-hosted-apps.ts';
import type { StartServerOptions } from '../../src/server/start-server.ts';
import { type TestServer, testServer } from '../server/test-server.ts';
import { type CommandResult, dray, drayJson } from './run-command.ts';
import { tempFolder } from './temp-folder.ts';

export interface DeployServer extends AsyncDisposable {
  readonly server: TestServer;
  /** What points a command at it. */
  readonly env: Readonly<Record<string, string>>;
  /** Where the commands run. */
  readonly cwd: string;
  write(file: string, text: string): Promise<string>;
  dray(...args: string[]): Promise<CommandResult>;
  json<T = Record<string, unknown>>(...args: string[]): Promise<{ document: T; exitCode: number }>;
  /** What a deployed function returns. */
  call(app: string, fn: string, ...args: unknown[]): Promise<unknown>;
}

export interface DeployServerOptions extends Partial<StartServerOptions> {
  readonly scope?: string;
}

/** Starts it. */
export async function deployServer(
  files: Readonly<Record<string, string>> = {},
  { scope = 'deploy', ...options }: DeployServerOptions = {},
): Promise<DeployServer> {
  const folder = await tempFolder(files);
  const server = await testServer({
    openApps: async (parts) => openHostedApps({ ...parts, where: { backend: 'process' } }),
    ...options,
  });
  const token = await server.token(scope, 'ci');
  const env = {
    DRAY_SERVER_URL: server.url,
    DRAY_TOKEN_ID: token.id,
    DRAY_TOKEN_SECRET: token.secret,
    DOCKER_HOST: 'tcp://127.0.0.1:1',
  };
  const client = new DrayClient({ url: server.url, token, environment: 'main' });
  const at = { cwd: folder.path, env };
  return {
    ...{ server, env, cwd: folder.path },
    write: folder.write,
    dray: (...args) => dray(args, at),
    json: (...args) => drayJson([...args, '--json'], at),
    call: async (app, fn, ...args) => (await client.functions.fromName(app, fn)).remote(...args),
    async [Symbol.asyncDispose]() {
      await client.close();
      await server[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** An app of two functions; `greeting` is the code of one of them. */
export function helloApp(greeting: string, options = '{}'): string {
  return `import { App } from 'dray';
const app = new App('hello');
export const greet = app.function(${options}, async (name: string) => \`${greeting} \${name}\`);
export const add = app.function({}, async (a: number, b: number) => a + b);
`;
}
