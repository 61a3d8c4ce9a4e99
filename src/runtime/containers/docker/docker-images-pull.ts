/**
 * Pulls an image through the engine, and adds up what its layers report.
 *
 * The engine knows how much of each layer there is only once that layer has begun, so the total grows too.
 */
import type Docker from 'dockerode';
import type { OnImageProgress } from '../../images/image-host.ts';
import type { RegistryLogin } from '../../images/registry-auth.ts';
import { type EngineMessage, engineMessages, failureIn } from './docker-images-stream.ts';

/** How a pull ended where it failed after the engine had begun to answer. */
export type PullFailure = string | undefined;

/** Pulls. Rejects with dockerode's error where the engine refuses at once. */
export async function pullFromRegistry(
  docker: Docker,
  reference: string,
  login: RegistryLogin | undefined,
  onProgress: OnImageProgress,
  signal: AbortSignal | undefined,
): Promise<PullFailure> {
  // Without a tag the engine would fetch every tag there is.
  const named = /[:@][^/]*$/.test(reference) ? reference : `${reference}:latest`;
  const stream = await docker.pull(named, {
    ...(login !== undefined && { authconfig: login }),
    ...(signal !== undefined && { abortSignal: signal }),
  });
  const sums = new DownloadSums();
  let failure: PullFailure;
  for await (const message of engineMessages(stream)) {
    failure = failureIn(message) ?? failure;
    if (sums.add(message)) onProgress(sums.progress());
  }
  return failure;
}

class DownloadSums {
  readonly #layers = new Map<string, { received: number; total: number }>();

  /** Takes a line of the engine's. Returns whether it changed the sums. */
  add(message: EngineMessage): boolean {
    const { id, status, progressDetail } = message;
    if (id === undefined) return false;
    const known = this.#layers.get(id);
    if (status === 'Downloading' && progressDetail?.total) {
      this.#layers.set(id, { received: progressDetail.current ?? 0, total: progressDetail.total });
      return true;
    }
    if (status !== 'Download complete' || known === undefined) return false;
    known.received = known.total;
    return true;
  }

  progress(): { kind: 'download'; receivedBytes: number; totalBytes: number } {
    let receivedBytes = 0;
    let totalBytes = 0;
    for (const { received, total } of this.#layers.values()) {
      receivedBytes += received;
      totalBytes += total;
    }
    return { kind: 'download', receivedBytes, totalBytes };
  }
}
