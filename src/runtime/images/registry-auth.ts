/**
 * Finds the user's login for the registry of an image, where `docker login` stored it as plain text.
 *
 * It reads `config.json` of Docker's client and runs no credential helper: a login kept by one is not found here
 * (buildx asks helpers itself). Never part of an error or a log.
 */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';

/** What the engine's API takes as X-Registry-Auth. */
export type RegistryLogin =
  | { readonly username: string; readonly password: string; readonly serveraddress: string }
  | { readonly identitytoken: string; readonly serveraddress: string };

interface StoredLogin {
  readonly auth?: string;
  readonly identitytoken?: string;
}

/** The key under which `docker login` without a server stores its login. */
const DOCKER_HUB = 'https://index.docker.io/v1/';

/** The login for the registry of `reference`, or undefined. An unreadable or foreign config.json counts as none. */
export async function registryLogin(
  reference: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<RegistryLogin | undefined> {
  const server = registryServer(reference);
  const stored = (await readLogins(env))[server];
  if (stored?.identitytoken) return { identitytoken: stored.identitytoken, serveraddress: server };
  const [username, password] = splitOnce(Buffer.from(stored?.auth ?? '', 'base64').toString('utf8'));
  return username && password ? { username, password, serveraddress: server } : undefined;
}

/** The key of a reference's registry in config.json. */
export function registryServer(reference: string): string {
  const [first, rest] = reference.split('/', 2) as [string, string?];
  // Docker's rule: the first part is a host where it looks like one, else the image is Docker Hub's.
  const isHost =
    rest !== undefined && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase());
  return !isHost || first === 'docker.io' || first === 'index.docker.io' ? DOCKER_HUB : first;
}

async function readLogins(
  env: Readonly<Record<string, string | undefined>>,
): Promise<Record<string, StoredLogin>> {
  const file = path.join(env.DOCKER_CONFIG || path.join(homedir(), '.docker'), 'config.json');
  try {
    return (
      (JSON.parse(await readFile(file, 'utf8')) as { auths?: Record<string, StoredLogin> } | null)?.auths ??
      {}
    );
  } catch (error) {
    // Docker's own client goes on without logins as well; the registry's answer tells the user where one is needed.
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code !== undefined) return {};
    throw error;
  }
}

function splitOnce(text: string): [string, string] {
  const colon = text.indexOf(':');
  return colon < 0 ? ['', ''] : [text.slice(0, colon), text.slice(colon + 1)];
}
