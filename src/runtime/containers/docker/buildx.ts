/**
 * Builds an image with `docker buildx build`, in the BuildKit inside the engine that the endpoint names.
 *
 * The context goes in through stdin, so nothing is on disk to be left behind. The builder is named: one that the
 * user chose for their own builds may run in a container and keep the image to itself.
 *
 * Invariants
 * - values of build arguments and secrets go through the environment, never through the command line that every user can list
 * - the program that was started has ended when the promise settles
 */
import { packContext } from '../../images/build-context.ts';
import type { ImageBuild } from '../../images/image-host.ts';
import type { BuildLog, BuildStatus } from './build-log.ts';
import type { DockerEndpoint } from './docker-endpoint.ts';
import { linesOf } from './docker-images-stream.ts';

/** The `docker` program and the environment to run it in. */
export interface DockerProgram {
  readonly command: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The first buildx with `--progress=rawjson` (https://github.com/docker/buildx/releases/tag/v0.13.0). */
const OLDEST_BUILDX = [0, 13] as const;

/** How long an aborted build has to say goodbye to the engine before it is killed, in ms. */
const GOODBYE_MS = 2_000;

/** Whether there is a buildx that can be used. */
export async function hasBuildx(program: DockerProgram): Promise<boolean> {
  const version = await buildxVersion(program);
  return version !== undefined && isUsableBuildx(version);
}

/** The version of buildx, as in `0.13.1`; undefined where there is none. */
export async function buildxVersion({ command, env }: DockerProgram): Promise<string | undefined> {
  // Loaded late: an image that is there asks no builder.
  const { execa } = await import('execa');
  const { stdout, failed } = await execa(command, ['buildx', 'version'], {
    env,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
  });
  return / v?(\d+\.\d+\.\d+)/.exec(failed ? '' : stdout)?.[1];
}

/** Whether this version speaks as we read it. */
export function isUsableBuildx(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > OLDEST_BUILDX[0] || minor >= OLDEST_BUILDX[1];
}

/** Builds, feeding `log`. Returns the builder's last word where it failed. */
export async function buildWithBuildx(
  program: DockerProgram,
  endpoint: DockerEndpoint,
  build: ImageBuild,
  log: BuildLog,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const { env, builder } = buildEnvironment(program, endpoint, build);
  const { execa } = await import('execa');
  const child = execa(program.command, buildArguments(build, builder), {
    env,
    extendEnv: false,
    input: packContext(build.context),
    stdout: 'ignore',
    stderr: 'pipe',
    buffer: false,
    reject: false,
    forceKillAfterDelay: GOODBYE_MS,
    ...(signal !== undefined && { cancelSignal: signal }),
  });
  let said = '';
  for await (const line of linesOf(child.stderr)) {
    const status = parseStatus(line);
    if (status !== undefined) log.add(status);
    else said = `${said}${line}\n`;
  }
  const { failed, shortMessage } = await child;
  return failed ? said.trim() || shortMessage : undefined;
}

function buildArguments(build: ImageBuild, builder: string): string[] {
  const labels = Object.entries(build.labels).flatMap(([name, value]) => ['--label', `${name}=${value}`]);
  const args = Object.keys(build.buildArgs).flatMap((name) => ['--build-arg', name]);
  const options = ['--builder', builder, '--load', '--progress', 'rawjson', '--tag', build.tag];
  const target = build.target === undefined ? [] : ['--target', build.target];
  const secrets = Object.keys(build.secrets ?? {}).flatMap((id, index) => [
    '--secret',
    `id=${id},env=${secretVariable(index)}`,
  ]);
  const anew = [...(build.noCache ? ['--no-cache'] : []), ...(build.pull && !build.base ? ['--pull'] : [])];
  const file = ['--file', build.dockerfile];
  return ['buildx', 'build', ...options, ...anew, ...target, ...labels, ...args, ...secrets, ...file, '-'];
}

function buildEnvironment({ env }: DockerProgram, endpoint: DockerEndpoint, build: ImageBuild) {
  // These choose another engine or another builder than the endpoint's own.
  const { DOCKER_HOST: _host, DOCKER_CONTEXT: _context, BUILDX_BUILDER: _builder, ...rest } = env;
  const context = /^context (.+)$/.exec(endpoint.source)?.[1];
  return {
    // A context has a builder of its name, and its TLS files with it.
    builder: context ?? 'default',
    env: {
      ...rest,
      ...build.buildArgs,
      ...secretVariables(build),
      ...(context === undefined ? { DOCKER_HOST: endpoint.host } : { DOCKER_CONTEXT: context }),
      // As an option it would fail on older versions; attestations would make the image an index of two.
      BUILDX_NO_DEFAULT_ATTESTATIONS: '1',
    },
  };
}

/** Names of its own: a secret may be called as a variable that steers buildx. */
function secretVariable(index: number): string {
  return `DRAY_BUILD_SECRET_${index}`;
}

function secretVariables({ secrets = {} }: ImageBuild): Record<string, string> {
  return Object.fromEntries(Object.values(secrets).map((value, index) => [secretVariable(index), value]));
}

interface RawStatus {
  readonly vertexes?: readonly { digest: string; name: string; started?: string; error?: string }[];
  readonly logs?: readonly { vertex: string; data?: string }[];
}

/** A line of `--progress=rawjson`, or undefined where it is none: buildx prints its own errors in between. */
function parseStatus(line: string): BuildStatus | undefined {
  if (!line.startsWith('{')) return undefined;
  let raw: RawStatus;
  try {
    raw = JSON.parse(line) as RawStatus;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  return {
    vertexes: (raw.vertexes ?? []).map(({ digest, name, started, error }) => ({
      digest,
      name,
      started: started !== undefined,
      error: error ?? '',
    })),
    logs: (raw.logs ?? []).map(({ vertex, data }) => ({ vertex, bytes: Buffer.from(data ?? '', 'base64') })),
  };
}
