/**
 * Asks a credential helper of Docker's for the login of a registry, as the `docker` command does.
 *
 * A helper is a program `docker-credential-NAME`; the protocol is that of
 * https://github.com/docker/docker-credential-helpers. What it says when it fails may hold what it was asked for and is
 * shown; a login is not.
 */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** How long a helper may take, in ms: one may ask a service across the network. */
const PATIENCE_MS = 30_000;

/** The user name of a login that is a token. */
const TOKEN_USER = '<token>';

export interface HelperAnswer {
  /** None where the helper keeps none for this registry. */
  readonly login?: { readonly username: string; readonly secret: string; readonly isToken: boolean };
  /** Why the helper could not be asked. */
  readonly trouble?: string;
}

/** What the helper of this name keeps for a registry. Never rejects. */
export async function askCredentialHelper(
  name: string,
  server: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<HelperAnswer> {
  const program = `docker-credential-${name}`;
  if (!/^[A-Za-z0-9_.-]+$/.test(name)) return { trouble: `${program} cannot be the name of a program` };
  const child = spawn(program, ['get'], { env, stdio: 'pipe', timeout: PATIENCE_MS });
  const ended = new Promise<number | string>((resolve) => {
    child.once('error', (error) => resolve((error as NodeJS.ErrnoException).code ?? error.message));
    child.once('close', (code, signal) => resolve(code ?? String(signal)));
  });
  child.stdin.on('error', () => {});
  child.stdin.end(server);
  const [stdout, code] = await Promise.all([text(child.stdout).catch(() => ''), ended]);
  if (code === 'ENOENT') return { trouble: `${program} is not on the PATH` };
  // A helper that has no login for the registry says so on stdout, and fails.
  if (/credentials not found/i.test(stdout)) return {};
  if (code !== 0) return { trouble: `${program} failed (${code}): ${stdout.trim().slice(0, 500)}` };
  try {
    const { Username: username, Secret: secret } = JSON.parse(stdout) as Record<string, string>;
    if (!username || !secret) return {};
    return { login: { username, secret, isToken: username === TOKEN_USER } };
  } catch {
    return { trouble: `${program} answered something that is no login` };
  }
}
