/**
 * Containers of Docker that outlived the process which started them: what is known of them, and how they are reached again.
 *
 * Whatever such a container wrote while nobody was attached is lost, and it was never held up by that.
 */
import type { Socket } from 'node:net';
import type Dockerode from 'dockerode';
import type { AdoptableContainer } from '../container-backend.ts';
import { LABELS } from '../labels.ts';
import type { DockerContainerParts } from './docker-container.ts';

const MIB = 1_048_576;

type Labels = Readonly<Record<string, string>>;

/** Whether a container is one to look after: nobody ends those of another server. */
export function isOurs(labels: Labels, server: string | undefined): boolean {
  const owner = labels[LABELS.server];
  return owner === undefined || owner === server;
}

/** What the labels of a container say. */
export function adoptableOf(id: string, labels: Labels): AdoptableContainer {
  const label = (name: string) => labels[name] ?? '';
  return {
    id,
    app: label(LABELS.app),
    environment: label(LABELS.environment),
    functionName: label(LABELS.function),
    pool: label(LABELS.pool),
    mark: label(LABELS.mark),
  };
}

/** Lets a container go on that was frozen, and tells what it was made of, as far as anybody asks that of a running one. */
export async function wakened(container: Dockerode.Container): Promise<DockerContainerParts['spec']> {
  const { Config, HostConfig, State } = await container.inspect();
  if (State.Paused) await container.unpause();
  return {
    image: Config.Image,
    command: Config.Cmd,
    ...(HostConfig.Memory && { memoryLimitMiB: HostConfig.Memory / MIB }),
  };
}

/** Both directions of a container's stdio over one connection. Its end towards the container can be closed alone. */
export async function attach(container: Dockerode.Container): Promise<Socket> {
  const options = { stream: true, stdin: true, stdout: true, stderr: true, hijack: true };
  // With `hijack` dockerode gives the connection itself, which its types call a stream.
  const socket = (await container.attach(options)) as unknown as Socket;
  socket.setNoDelay(true);
  // A host that vanished without a word is noticed within half a minute.
  socket.setKeepAlive(true, 15_000);
  return socket;
}
