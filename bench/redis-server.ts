/**
 * Starts a Redis of this run's own, and gets its program from Debian where the machine has none.
 *
 * It listens on a socket in a temporary folder and on no port, keeps nothing on disk, and ends with its disposal.
 * Nothing is installed: Debian's package would start a service.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { unpackPackages } from '../test/lab/debian-packages.ts';
import { lockWith } from '../test/lab/file-lock.ts';
import { enginesFolder, lockFile } from '../test/lab/lab-folders.ts';
import { madeOnce } from '../test/lab/made-once.ts';

/** The server, and the libraries that a small machine lacks; all of Debian 12. */
const PACKAGES = [
  'redis-server',
  'redis-tools',
  'libatomic1',
  'libjemalloc2',
  'liblua5.1-0',
  'liblzf1',
  'lua-bitop',
  'lua-cjson',
].map((name) => `${name}/bookworm`);

export interface RedisServer extends AsyncDisposable {
  /** Path of its socket. */
  readonly socket: string;
  /** `Redis server v=7.0.15` */
  readonly version: string;
}

/** Starts one. Throws where there is no Redis to be had, or where it ends at once. */
export async function startRedis(): Promise<RedisServer> {
  const { program, env } = await redisProgram();
  const { stdout } = await execa(program, ['--version'], { env });
  const folder = await mkdtemp(path.join(tmpdir(), 'dray-bench-redis-'));
  const socket = path.join(folder, 'redis.sock');
  const options = [
    '--port',
    '0',
    '--unixsocket',
    socket,
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    folder,
  ];
  const server = spawn(program, options, { stdio: 'ignore', env: { ...process.env, ...env } });
  const stop = async () => {
    if (server.exitCode === null && server.signalCode === null) {
      server.kill();
      await once(server, 'exit');
    }
    await rm(folder, { recursive: true });
  };
  try {
    await answering(socket);
  } catch (error) {
    await stop();
    throw error;
  }
  return { socket, version: stdout.split(' ').slice(0, 3).join(' '), [Symbol.asyncDispose]: stop };
}

async function redisProgram(): Promise<{ program: string; env: Record<string, string> }> {
  const installed = await execa('redis-server', ['--version'], { reject: false });
  if (!installed.failed) return { program: 'redis-server', env: {} };
  await using _lock = await lockWith(lockFile(), () => {});
  const folder = await madeOnce(path.join(enginesFolder(), 'redis'), (temporary) =>
    unpackPackages(temporary, PACKAGES),
  );
  const { stdout } = await execa('find', [folder, '-name', 'lib*.so.*', '-printf', '%h\\n']);
  const libraries = [...new Set(stdout.split('\n'))].join(':');
  return { program: path.join(folder, 'usr/bin/redis-server'), env: { LD_LIBRARY_PATH: libraries } };
}

/** Resolves when a PING is answered. Throws after 10 s. */
async function answering(socket: string): Promise<void> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    const connection = connect(socket);
    try {
      await once(connection, 'connect');
      connection.write('PING\r\n');
      await once(connection, 'data');
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await delay(20);
    } finally {
      connection.destroy();
    }
  }
}
