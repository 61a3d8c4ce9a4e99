/**
 * Runs a shell script in a container of an image, to look into the image or to fill a volume from it.
 *
 * It has no network and nothing of an app. The container belongs to this process: should that die, the next dray ends it.
 *
 * Invariants
 * - the container is gone when the promise settles, where the engine can be asked
 */
import type Dockerode from 'dockerode';
import type { ImageScript, ScriptOutcome } from '../../images/image-host.ts';
import { LABELS } from '../labels.ts';
import { formatOwner, thisOwner } from '../owner.ts';
import { type DockerFailure, dockerMessage } from './docker-errors.ts';

/** Docker's frames of a log: a byte for the stream, three of nothing, and the length. */
const HEADER_BYTES = 8;

/** Runs it to its end. Rejects with dockerode's error, or the signal's reason. */
export async function runImageScript(
  docker: Dockerode,
  { image, script, mount }: ImageScript,
  signal: AbortSignal | undefined,
): Promise<ScriptOutcome> {
  signal?.throwIfAborted();
  const container = await docker.createContainer({
    Image: image,
    Entrypoint: ['/bin/sh', '-c', script],
    Cmd: [],
    Labels: { [LABELS.owner]: formatOwner(thisOwner()) },
    Healthcheck: { Test: ['NONE'] },
    // A volume is filled as root, whatever the user of the image.
    ...(mount?.readOnly === false && { User: '0' }),
    HostConfig: {
      NetworkMode: 'none',
      LogConfig: { Type: 'json-file', Config: {} },
      SecurityOpt: ['no-new-privileges'],
      ...(mount !== undefined && {
        Mounts: [{ Type: 'volume', Source: mount.name, Target: mount.target, ReadOnly: mount.readOnly }],
      }),
    },
  });
  const end = () => container.remove({ force: true, v: true }).catch(() => {});
  signal?.addEventListener('abort', end, { once: true });
  try {
    await container.start();
    const { StatusCode } = await container.wait();
    const log = await container.logs({ stdout: true, stderr: true, follow: false });
    return { code: StatusCode, output: textOf(log) };
  } catch (error) {
    signal?.throwIfAborted();
    // What cannot start has run no script: that is an answer too.
    const { statusCode } = error as DockerFailure;
    if (statusCode === 400) return { code: 126, output: dockerMessage(error as DockerFailure) };
    throw error;
  } finally {
    signal?.removeEventListener('abort', end);
    await end();
  }
}

function textOf(log: Buffer): string {
  const parts: Buffer[] = [];
  for (let at = 0; at + HEADER_BYTES <= log.length; ) {
    const end = at + HEADER_BYTES + log.readUInt32BE(at + 4);
    parts.push(log.subarray(at + HEADER_BYTES, end));
    at = end;
  }
  return Buffer.concat(parts).toString('utf8');
}
