/**
 * An app deployed on a server of its own: the built program in a process of its own, and a client of it in this one.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { DrayClient } from '../src/client/dray-client.ts';
import type { RemoteFunction } from '../src/sdk/remote-function.ts';
import { builtModule, DRAY_PROGRAM, inRepository } from './repository.ts';

// biome-ignore lint/suspicious/noExplicitAny: the functions of benchmarks take what their benchmark gives
type Handle = RemoteFunction<(...args: any[]) => Promise<unknown>>;

export interface DeployedBenchApp extends AsyncDisposable {
  readonly client: DrayClient;
  /** The handle of one of its functions, by name. */
  handle(name: string): Promise<Handle>;
  /** Whether a call that is kept has no outcome yet. */
  hasUnsettled(): Promise<boolean>;
  /** Resident memory of the server's process, in MiB. */
  serverMiB(): number;
}

/** Starts a server on Docker and deploys an app of bench/apps, by its path and its name. */
export async function deployApp(path: string, app: string): Promise<DeployedBenchApp> {
  const folder = mkdtempSync(join(tmpdir(), 'dray-bench-server-'));
  const env = { ...process.env, DRAY_DATA_DIR: folder, DRAY_CONFIG_PATH: join(folder, 'none.toml') };
  const server = spawn(
    process.execPath,
    [DRAY_PROGRAM, 'server', 'start', '--port', '0', '--backend', 'docker', '--quiet'],
    { env, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  try {
    await once(server.stdout, 'data');
    await execa(process.execPath, [DRAY_PROGRAM, 'deploy', inRepository(path)], { env });
  } catch (error) {
    server.kill('SIGKILL');
    throw error;
  }
  const { url, token } = JSON.parse(readFileSync(join(folder, 'server.json'), 'utf8')) as {
    url: string;
    token: { id: string; secret: string };
  };
  const { DrayClient } = await builtModule<typeof import('../src/client.ts')>('client');
  const client = new DrayClient({ url, token, environment: 'main' });
  const authorization = `Bearer ${token.id}.${token.secret}`;
  return {
    client,
    handle: (name) => client.functions.fromName<Handle>(app, name),
    async hasUnsettled() {
      const response = await fetch(`${url}/v1/calls?state=queued&limit=1`, { headers: { authorization } });
      return ((await response.json()) as { calls: unknown[] }).calls.length > 0;
    },
    serverMiB() {
      const status = readFileSync(`/proc/${server.pid}/status`, 'utf8');
      return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024;
    },
    async [Symbol.asyncDispose]() {
      await client.close();
      server.kill('SIGTERM');
      await once(server, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
