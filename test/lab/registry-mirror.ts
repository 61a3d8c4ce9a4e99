/**
 * Serves a folder of images as a registry on this machine.
 *
 * The lab's engines use it as mirror, so that product code and templates name official tags and get the
 * lab's base images. It does not decide what the folder holds (base-images.ts).
 *
 * Invariants
 * - listens on 127.0.0.1 only, on a port that was free
 * - when `startRegistry` returns, the registry answers
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startDaemon } from './daemon.ts';
import { isAlive, type ProcessIdentity } from './process-identity.ts';

/** A registry that runs. */
export type Registry = { url: string; process: ProcessIdentity };

/** What a registry needs to start. */
export type RegistryOptions = {
  /** The docker-registry program. */
  program: string;
  /** Where the images are. */
  storage: string;
  /** Where its configuration and log go. */
  folder: string;
  /** A file of users and bcrypt hashes, who alone may pull and push. Default: everybody may. */
  htpasswd?: string;
};

const START_TIMEOUT_MS = 20_000;
const START_ATTEMPTS = 3;

/** Starts a registry over `storage` and waits until it answers. */
export async function startRegistry({
  program,
  storage,
  folder,
  htpasswd,
}: RegistryOptions): Promise<Registry> {
  await mkdir(folder, { recursive: true });
  const logFile = path.join(folder, 'registry.log');
  // Between finding a free port and listening on it, someone else may take it.
  for (let attempt = 1; ; attempt++) {
    const address = `127.0.0.1:${await freePort()}`;
    const configFile = path.join(folder, 'registry.json');
    // YAML is a superset of JSON.
    await writeFile(configFile, JSON.stringify(registryConfig(storage, address, htpasswd), null, 2));
    const daemon = startDaemon({
      command: program,
      args: ['serve', configFile],
      env: {},
      mark: folder,
      logFile,
    });
    if (await answers(`http://${address}/v2/`, daemon)) return { url: `http://${address}`, process: daemon };
    if (attempt === START_ATTEMPTS) {
      throw new Error(`the registry did not start:\n${await readFile(logFile, 'utf8')}`);
    }
  }
}

function registryConfig(storage: string, address: string, htpasswd: string | undefined) {
  return {
    version: 0.1,
    log: { level: 'warn', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: storage } },
    http: { addr: address },
    ...(htpasswd !== undefined && { auth: { htpasswd: { realm: 'lab', path: htpasswd } } }),
  };
}

async function answers(url: string, daemon: ProcessIdentity): Promise<boolean> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (isAlive(daemon) && Date.now() < deadline) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok || response?.status === 401) return true;
    await delay(50);
  }
  return false;
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (typeof address === 'object' && address ? resolve(address.port) : reject(address)));
    });
  });
}
