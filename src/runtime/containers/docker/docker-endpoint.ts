/**
 * Decides which Docker to talk to, and says why, so that an error can name both.
 *
 * What the settings of dray prefer, where they do; else the same choice as the `docker` command: DOCKER_HOST, then
 * DOCKER_CONTEXT, then the current context, then the default socket. (Docker's documentation puts DOCKER_CONTEXT first;
 * the command itself does not, and users compare with it.)
 * It connects to nothing.
 *
 * Invariants
 * - the first strategy that has an answer wins; the last always has one
 */
import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { currentContext, DEFAULT_CONTEXT, readContext } from './docker-contexts.ts';
import { type DockerTls, readDockerTls } from './docker-tls.ts';

export interface DockerEndpoint {
  /** As in DOCKER_HOST: `unix:///path`, `tcp://host:port`, `npipe:////./pipe/name`, `ssh://…`. */
  readonly host: string;
  /** What chose it: one of these, or what a preference calls itself. */
  readonly source: 'DOCKER_HOST' | 'default socket' | `context ${string}` | PreferredHost['source'];
  readonly tls?: DockerTls;
}

/** A Docker that stands above what the `docker` command would use. */
export interface PreferredHost {
  /** As in DOCKER_HOST. */
  readonly host: string;
  /** Where it was preferred. */
  readonly source: 'DRAY_DOCKER_HOST' | `docker_host of ${string}`;
}

/** What the choice depends on. Default: this process, its user and its machine. */
export interface EndpointSurroundings {
  /** Default: none. */
  readonly preferred?: PreferredHost | undefined;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly homeFolder?: string;
  readonly platform?: NodeJS.Platform;
  /** The socket of an engine that serves the whole machine. */
  readonly systemSocket?: string;
}

type Surroundings = Required<Omit<EndpointSurroundings, 'preferred'>> &
  Pick<EndpointSurroundings, 'preferred'>;
type Strategy = (surroundings: Surroundings) => Promise<DockerEndpoint | undefined>;

const STRATEGIES: readonly Strategy[] = [
  fromPreferred,
  fromHost,
  fromNamedContext,
  fromCurrentContext,
  fromSockets,
];

/** The endpoint that the `docker` command would use here. */
export async function resolveDockerEndpoint(
  surroundings: EndpointSurroundings = {},
): Promise<DockerEndpoint> {
  const all = {
    env: process.env,
    homeFolder: homedir(),
    platform: process.platform,
    systemSocket: '/var/run/docker.sock',
    ...surroundings,
  };
  for (const strategy of STRATEGIES) {
    const endpoint = await strategy(all);
    if (endpoint !== undefined) return endpoint;
  }
  return { host: `unix://${all.systemSocket}`, source: 'default socket' };
}

async function fromPreferred(all: Surroundings): Promise<DockerEndpoint | undefined> {
  return all.preferred && endpointAt(all.preferred.host, all.preferred.source, all);
}

async function fromHost(all: Surroundings): Promise<DockerEndpoint | undefined> {
  const host = all.env.DOCKER_HOST?.trim();
  return host ? endpointAt(host, 'DOCKER_HOST', all) : undefined;
}

async function endpointAt(
  host: string,
  source: DockerEndpoint['source'],
  { env, homeFolder }: Surroundings,
): Promise<DockerEndpoint> {
  const secured = host.includes('://') ? /^(tcp|https?):/.test(host) : true;
  const tls =
    secured && (env.DOCKER_TLS_VERIFY || env.DOCKER_TLS)
      ? await readDockerTls(
          env.DOCKER_CERT_PATH || configFolder(env, homeFolder),
          Boolean(env.DOCKER_TLS_VERIFY),
        )
      : undefined;
  return { host: host.includes('://') ? host : `tcp://${host}`, source, ...(tls && { tls }) };
}

async function fromNamedContext({ env, homeFolder }: Surroundings) {
  const name = env.DOCKER_CONTEXT;
  return name && name !== DEFAULT_CONTEXT ? fromContext(configFolder(env, homeFolder), name) : undefined;
}

async function fromCurrentContext({ env, homeFolder }: Surroundings) {
  // DOCKER_CONTEXT=default asks for no context at all.
  if (env.DOCKER_CONTEXT === DEFAULT_CONTEXT) return undefined;
  const folder = configFolder(env, homeFolder);
  const name = await currentContext(folder);
  return name === undefined ? undefined : fromContext(folder, name);
}

async function fromSockets({ env, homeFolder, platform, systemSocket }: Surroundings) {
  const source = 'default socket' as const;
  if (platform === 'win32') return { host: 'npipe:////./pipe/docker_engine', source };
  const sockets = [
    systemSocket,
    ...(env.XDG_RUNTIME_DIR ? [path.join(env.XDG_RUNTIME_DIR, 'docker.sock')] : []),
    path.join(homeFolder, '.docker', 'run', 'docker.sock'),
  ];
  for (const socket of sockets) {
    if (await exists(socket)) return { host: `unix://${socket}`, source };
  }
  return undefined;
}

async function fromContext(folder: string, name: string): Promise<DockerEndpoint> {
  return { ...(await readContext(folder, name)), source: `context ${name}` };
}

function configFolder(env: Readonly<Record<string, string | undefined>>, homeFolder: string): string {
  return env.DOCKER_CONFIG || path.join(homeFolder, '.docker');
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
