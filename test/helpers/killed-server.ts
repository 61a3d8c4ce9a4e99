/**
 * A deployed app on a server that is killed again and again, and a client that is not told.
 *
 * The server is the built program in a process of its own; the client finds it as commands do, by the data folder.
 */
import path from 'node:path';
import { ServerConnection } from '../../src/client/server-connection.ts';
import { functionHandle } from '../../src/sdk/named-handles.ts';
import type { RemoteFunction } from '../../src/sdk/remote-function.ts';
import { runningServer } from '../../src/server/server-record.ts';
import type { mark } from '../fixtures/apps/marked.ts';
import { dray, startDray } from './run-command.ts';
import { tempFolder } from './temp-folder.ts';

const APP_FILE = path.join(import.meta.dirname, '../fixtures/apps/marked.ts');

/** What a call of the app results in. */
export type Marked = readonly [n: number, mark: string];
/** The handle of the app's function. */
export type MarkFunction = typeof mark;

export interface KilledServer extends AsyncDisposable {
  readonly mark: MarkFunction;
  /** The result of a call, asked for again. */
  resultOf(id: string): Promise<Marked>;
  /** Kills the server with -9, and starts another on the same data. */
  kill(): Promise<void>;
  /** Calls that are kept, by state. */
  states(): Promise<Record<string, number>>;
}

/** Starts it and deploys the app. */
export async function startKilledServer(
  backend: 'process' | 'docker',
  env: Readonly<Record<string, string>> = {},
): Promise<KilledServer> {
  const folder = await tempFolder();
  const dataFolder = folder.file('data');
  const options = { cwd: folder.path, env: { ...env, DRAY_DATA_DIR: dataFolder } };
  const start = async () => {
    const server = startDray(['server', 'start', '--port', '0', '--backend', backend], options);
    await server.untilPrinted('listens on');
    return server;
  };
  let server = await start();
  const deployed = await dray(['deploy', APP_FILE], options);
  if (deployed.exitCode !== 0) throw new Error(`deploy: ${deployed.stdout}\n${deployed.stderr}`);
  const connection = new ServerConnection(async () => {
    const record = runningServer(dataFolder);
    if (record === undefined) throw new Error('no server runs');
    return { url: record.url, token: record.token, environment: 'main' };
  });
  const handle = await functionHandle(connection.invoker, { app: 'marked', function: 'mark' });
  return {
    mark: handle as MarkFunction & RemoteFunction<(n: number, ms?: number) => Promise<Marked>>,
    resultOf: (id) => connection.invoker.find(id).result as Promise<Marked>,
    async kill() {
      server.kill('SIGKILL');
      await server.ended;
      server = await start();
    },
    async states() {
      const counts: Record<string, number> = {};
      for (let before: string | undefined; ; ) {
        const page = before === undefined ? [] : ['--before', before];
        const { stdout } = await dray(['call', 'list', '--limit', '1000', '--json', ...page], options);
        const { calls } = JSON.parse(stdout) as { calls: { id: string; state: string }[] };
        for (const { state } of calls) counts[state] = (counts[state] ?? 0) + 1;
        before = calls.at(-1)?.id;
        if (before === undefined) return counts;
      }
    },
    async [Symbol.asyncDispose]() {
      await connection.close();
      server.kill('SIGTERM');
      await server.ended;
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** Resolves when `count` promises of those are fulfilled. */
export async function settledCount(promises: readonly Promise<unknown>[], count: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let left = Math.min(count, promises.length);
  if (left <= 0) return;
  for (const each of promises) {
    each.then(
      () => {
        if (--left === 0) resolve();
      },
      () => {},
    );
  }
  await promise;
}
