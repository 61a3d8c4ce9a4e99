/**
 * Opens a container for a person: the image, files, variables and secrets of a function, and a shell in place of its code.
 *
 * Invariants
 * - the container is gone when the shell is closed, and where this process dies
 * - secrets reach the commands and are in no description of the container
 */
import type { AppListener, AppRequest } from '../../protocol/control-plane.ts';
import type { ExecListener, ExecRequest, RunningExec } from '../../protocol/exec.ts';
import type { FunctionManifest } from '../../protocol/manifest.ts';
import { EnvironmentError } from '../../shared/errors.ts';
import type { ContainerBackend } from '../containers/container-backend.ts';
import { containerSpecFor } from '../containers/container-spec.ts';
import type { PreferredHost } from '../containers/docker/docker-endpoint.ts';
import { ensureImages } from '../images/ensure-image.ts';
import { resolveSecrets } from '../secrets/resolve-secrets.ts';
import { reportedImages } from './reported-images.ts';

/** Waits until its channel ends, and with it the container. */
const KEEP_OPEN = ['sh', '-c', 'cat <&3 >/dev/null'];
/** The shell of the image that people like best. */
const SHELL = ['sh', '-c', 'exec "$(command -v bash || command -v sh)"'];

export interface ShellRequest extends Omit<AppRequest, 'bundleFor'> {
  readonly dockerHost: PreferredHost | undefined;
}

export interface OpenShell extends AsyncDisposable {
  /** Runs a command in it, by default its shell. */
  exec(
    request: Omit<ExecRequest, 'command'> & { command?: readonly string[] },
    listener: ExecListener,
  ): Promise<RunningExec>;
}

/** Opens it for the only function of the manifest. Throws what building its image and starting a container throw. */
export async function openShell(
  request: ShellRequest,
  listener: Pick<AppListener, 'onImage'>,
): Promise<OpenShell> {
  const { manifest, environment, signal } = request;
  const fn = manifest.functions[0] as FunctionManifest;
  const [{ resolveDockerEndpoint }, { openDockerBackend }, { DockerImages }] = await Promise.all([
    import('../containers/docker/docker-endpoint.ts'),
    import('../containers/docker/docker-backend.ts'),
    import('../containers/docker/docker-images.ts'),
  ]);
  await using stack = new AsyncDisposableStack();
  const endpoint = await resolveDockerEndpoint({ preferred: request.dockerHost });
  const backend = stack.use(await openDockerBackend(endpoint));
  const reaped = backend.reapLeftovers().catch(() => 0);
  stack.defer(async () => void (await reaped));
  const secrets = stack.use(await resolveSecrets({ ...request, bundleFor: noBundle }));
  const [image] = await ensureImages(
    [fn.image],
    reportedImages(new DockerImages(backend.client), listener, manifest.app),
    () => {},
    {
      secretsOf: (references) => secrets.variablesOf(references),
      ...(signal !== undefined && { signal }),
    },
  );
  const values = await secrets.envFor(fn);
  const spec = containerSpecFor(
    { app: manifest.app, environment },
    fn,
    { image: image?.reference ?? '' },
    KEEP_OPEN,
  );
  const container = await started(backend, spec);
  const opened = stack.move();
  return {
    exec: ({ command = SHELL, terminal, env }, told) =>
      container.exec({ command, terminal, env: { ...values, ...env } }, told),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

async function started(backend: ContainerBackend, spec: Parameters<ContainerBackend['start']>[0]) {
  let printed = '';
  const container = await backend.start(spec, {
    onChannel: () => {},
    onOutput: (_source, bytes) => {
      printed = (printed + bytes.toString()).slice(-4_096);
    },
  });
  void container.exited.then(({ error }) => {
    if (error !== undefined) printed += error.message;
  });
  if ((await container.probe()) !== 'running') {
    const { error, code } = await container.exited;
    throw (
      error ??
      new EnvironmentError(
        'SHELL_ENDED',
        `the container of the shell ended at once, with code ${code}: ${printed}`,
        {
          suggestions: ['see that the image has sh: dray shell --image debian:bookworm-slim'],
        },
      )
    );
  }
  return container;
}

function noBundle(): never {
  throw new Error('a shell runs no code of the app');
}
