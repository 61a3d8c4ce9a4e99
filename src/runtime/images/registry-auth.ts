/**
 * Finds the login for the registry of an image: of a secret that the recipe names, else the user's own.
 *
 * The user's is where `docker login` put it: `config.json` of Docker's client, or the credential helper that it names.
 * Never part of an error or a log.
 */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { UserError } from '../../shared/errors.ts';
import { askCredentialHelper } from './credential-helper.ts';

/** What the engine's API takes as X-Registry-Auth. */
export type RegistryLogin =
  | { readonly username: string; readonly password: string; readonly serveraddress: string }
  | { readonly identitytoken: string; readonly serveraddress: string };

/** The variables of a secret that is a login. */
const SECRET_VARIABLES = ['REGISTRY_USERNAME', 'REGISTRY_PASSWORD'] as const;

interface StoredLogin {
  readonly auth?: string;
  readonly identitytoken?: string;
}

interface ClientConfig {
  readonly auths?: Readonly<Record<string, StoredLogin>>;
  /** Helpers by registry. */
  readonly credHelpers?: Readonly<Record<string, string>>;
  /** The helper of all other registries. */
  readonly credsStore?: string;
}

/** What is known of a registry's login. */
export interface FoundLogin {
  readonly login?: RegistryLogin;
  /** Why one that is kept somewhere could not be had: said where the registry asks for it. */
  readonly trouble?: string;
}

/** The key under which `docker login` without a server stores its login. */
const DOCKER_HUB = 'https://index.docker.io/v1/';

/** The user's login for the registry of `reference`. An unreadable or foreign config.json counts as none. */
export async function registryLogin(
  reference: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<FoundLogin> {
  const server = registryServer(reference);
  const { auths = {}, credHelpers = {}, credsStore } = await readConfig(env);
  const helper = credHelpers[server] || credsStore;
  let trouble: string | undefined;
  if (helper) {
    const answer = await askCredentialHelper(helper, server, env);
    if (answer.login !== undefined) {
      const { username, secret, isToken } = answer.login;
      const login = isToken ? { identitytoken: secret } : { username, password: secret };
      return { login: { ...login, serveraddress: server } };
    }
    trouble = answer.trouble;
  }
  const stored = auths[server];
  if (stored?.identitytoken) return { login: { identitytoken: stored.identitytoken, serveraddress: server } };
  const [username, password] = splitOnce(Buffer.from(stored?.auth ?? '', 'base64').toString('utf8'));
  if (username && password) return { login: { username, password, serveraddress: server } };
  return trouble === undefined ? {} : { trouble };
}

/** The login that the variables of a secret are. Throws a UserError where one is missing. */
export function loginOfSecret(reference: string, variables: Readonly<Record<string, string>>): RegistryLogin {
  const missing = SECRET_VARIABLES.filter((name) => !variables[name]);
  if (missing.length > 0) {
    throw new UserError(
      'REGISTRY_SECRET_INVALID',
      `the secret of fromRegistry(${JSON.stringify(reference)}) has no ${missing.join(' and no ')}`,
      { suggestions: [`give it the variables ${SECRET_VARIABLES.join(' and ')}: dray secret create`] },
    );
  }
  const { REGISTRY_USERNAME: username = '', REGISTRY_PASSWORD: password = '' } = variables;
  return { username, password, serveraddress: registryServer(reference) };
}

/** The key of a reference's registry in config.json. */
export function registryServer(reference: string): string {
  const [first, rest] = reference.split('/', 2) as [string, string?];
  // Docker's rule: the first part is a host where it looks like one, else the image is Docker Hub's.
  const isHost =
    rest !== undefined && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase());
  return !isHost || first === 'docker.io' || first === 'index.docker.io' ? DOCKER_HUB : first;
}

async function readConfig(env: Readonly<Record<string, string | undefined>>): Promise<ClientConfig> {
  const file = path.join(env.DOCKER_CONFIG || path.join(homedir(), '.docker'), 'config.json');
  try {
    return (JSON.parse(await readFile(file, 'utf8')) as ClientConfig | null) ?? {};
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
