/**
 * Builds an image through the engine's own API with the BuildKit inside it, where buildx is not installed.
 *
 * It opens no BuildKit session: that connection would only carry registry credentials, so the caller pulls a
 * base that needs them beforehand. The context is sent from memory.
 *
 * Invariants
 * - a build whose request is aborted is cancelled by the engine and leaves no image
 */
import type { IncomingMessage } from 'node:http';
import type Docker from 'dockerode';
import { packContext } from '../../images/build-context.ts';
import type { ImageBuild } from '../../images/image-host.ts';
import type { BuildLog } from './build-log.ts';
import { engineMessages, failureIn } from './docker-images-stream.ts';
import { decodeTrace } from './engine-build-trace.ts';

/** Builds, feeding `log`. Returns the builder's last word where it failed. Rejects where the engine refuses at once. */
export async function buildWithEngine(
  docker: Docker,
  build: ImageBuild,
  log: BuildLog,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const stream = await dialBuild(docker, build, signal);
  let failure: string | undefined;
  for await (const message of engineMessages(stream)) {
    if (message.id === 'moby.buildkit.trace' && typeof message.aux === 'string')
      log.add(decodeTrace(message.aux));
    failure = failureIn(message) ?? failure;
  }
  return failure;
}

/** docker.buildImage would open a session for version 2, and leave it open after an abort. */
function dialBuild(
  docker: Docker,
  build: ImageBuild,
  signal: AbortSignal | undefined,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    docker.modem.dial(
      {
        path: '/build?',
        method: 'POST',
        options: {
          _query: {
            version: '2',
            t: build.tag,
            dockerfile: build.dockerfile,
            ...(build.target !== undefined && { target: build.target }),
            ...(build.noCache && { nocache: '1' }),
            ...(build.pull && build.base === undefined && { pull: '1' }),
            labels: JSON.stringify(build.labels),
            buildargs: JSON.stringify(build.buildArgs),
          },
        },
        file: packContext(build.context),
        ...(signal !== undefined && { abortSignal: signal }),
        isStream: true,
        statusCodes: { 200: true, 400: 'bad parameter', 500: 'server error' },
      },
      (error: unknown, stream: unknown) => (error ? reject(error) : resolve(stream as IncomingMessage)),
    );
  });
}
