/**
 * A server that serves an app from child processes, and clients of it; all gone with the test.
 *
 * The app is started as a deployed one is, without a deploy.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DrayClient, type DrayClientOptions } from '../../src/client/dray-client.ts';
import type { ControlPlane, StartedApp } from '../../src/protocol/control-plane.ts';
import { openApp } from '../../src/runtime/app/open-app.ts';
import type { DurableCalls } from '../../src/runtime/calls/durable-calls.ts';
import { openEngine } from '../../src/runtime/engine/open-engine.ts';
import { HostedLogs } from '../../src/runtime/logs/hosted-logs.ts';
import { runningServer } from '../../src/server/server-record.ts';
import type { StartServerOptions } from '../../src/server/start-server.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { type TestServer, testServer } from './test-server.ts';

export interface ServingApp extends AsyncDisposable {
  readonly server: TestServer;
  readonly started: StartedApp;
  readonly durable: DurableCalls;
  readonly printed: string[];
  /** A client with the server's own token. */
  client(options?: DrayClientOptions): DrayClient;
  /** Ends the server and the app's containers, and starts both on the same data and port. */
  restart(): Promise<void>;
}

/** Serves an app file, and others beside it. */
export async function serveApp(
  file: string,
  options: Partial<StartServerOptions> = {},
  beside: readonly string[] = [],
): Promise<ServingApp> {
  const dataFolder = await mkdtemp(path.join(tmpdir(), 'dray-serving-'));
  const all = [file, ...beside];
  const clients: DrayClient[] = [];
  const printed: string[] = [];
  let engine: ControlPlane;
  let started: StartedApp;
  let server: TestServer;
  let durable: DurableCalls;

  const start = async (port = 0) => {
    const serving = new Map<string, StartedApp>();
    const find = (environment: string, app: string) => {
      const found = environment === 'main' ? serving.get(app) : undefined;
      return found && { started: found };
    };
    engine = await openEngine({ backend: 'process' });
    server = await testServer({ ...options, reachable: { find }, dataFolder, port });
    const { services } = server.server;
    durable = await services.calls.get();
    const logs = new HostedLogs(await services.logs.get(), systemClock);
    for (const each of all.toReversed()) {
      const { manifest, bundleFor } = await openApp(each);
      const place = { environment: 'main', app: manifest.app };
      started = await engine.startApp(
        {
          ...{ manifest, bundleFor, environment: 'main', lifetime: 'deployed' },
          outside: await services.callsOf('main'),
        },
        {
          onLog: (entry) => {
            printed.push(Buffer.from(entry.bytes).toString());
            logs.onLog(place, entry);
          },
          onImage: (event) => logs.onImage(place, event),
          onContainer: (event) => logs.onContainer(place, event),
        },
      );
      serving.set(manifest.app, started);
      await durable.resume('main', manifest.app, started.encoded);
    }
  };
  const stop = async () => {
    await server[Symbol.asyncDispose]();
    await engine.close();
  };
  await start();
  return {
    printed,
    get server() {
      return server;
    },
    get started() {
      return started;
    },
    get durable() {
      return durable;
    },
    client(given = {}) {
      const token = runningServer(dataFolder)?.token;
      const client = new DrayClient({
        url: server.url,
        environment: 'main',
        ...(token && { token }),
        ...given,
      });
      clients.push(client);
      return client;
    },
    async restart() {
      const port = Number(new URL(server.url).port);
      await stop();
      await start(port);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(clients.map((client) => client.close()));
      await stop();
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
}
