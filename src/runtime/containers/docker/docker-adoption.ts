/**
 * Containers of Docker that outlived the process which started them: what is known of them, and how they are reached again.
 *
 * Whatever such a container wrote while nobody was attached is lost, and it was never held up by that.
 */
import type { Socket } from 'node:net';
import type Dockerode from 'dockerode';
import type { AdoptableContainer } from '../container-backend.ts';
import { LABELS } from '../labels.ts';
import { ownerState, parseOwner } from '../owner.ts';
import type { ContainerTraits } from './docker-container.ts';

const MIB = 1_048_576;

type Labels = Readonly<Record<string, string>>;

/**
 * Ids of the containers that may be ended because their owner is known to be dead: nobody ends those of another server, or
 * one that is to be taken back.
 */
export function leftoversAmong(
  found: readonly Dockerode.ContainerInfo[],
  server: string | undefined,
): string[] {
  return found.filter((each) => isLeftover(each, server)).map(({ Id }) => Id);
}

function isLeftover({ Labels, State }: Dockerode.ContainerInfo, server: string | undefined): boolean {
  const owner = parseOwner(Labels[LABELS.owner] ?? '');
  if (owner === undefined || ownerState(owner) !== 'dead') return false;
  if (Labels[LABELS.server] === undefined) return true;
  return Labels[LABELS.server] === server && (Labels[LABELS.mark] === undefined || State === 'created');
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
export async function wakened(container: Dockerode.Container): Promise<ContainerTraits> {
  const { Config, HostConfig, State } = await container.inspect();
  if (State.Paused) await container.unpause();
  return {
    survival: true,
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
  // It may break before anybody listens; 'close' tells then.
  socket.on('error', () => {});
  return socket;
}
