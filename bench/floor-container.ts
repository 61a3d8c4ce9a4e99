/**
 * A container as fast as Docker's API gives it: created, attached, started, and nothing around it.
 *
 * It is confined as dray confines its containers (containers/docker/container-config.ts), since what that costs
 * is Docker's and not dray's; its program is given directly, without dray's shell and runner.
 */
import type { Socket } from 'node:net';
import type Docker from 'dockerode';

/** On every container of a floor. */
export const FLOOR_LABEL = 'dev.dray.bench';

export interface FloorContainer {
  readonly container: Docker.Container;
  /** Both ways, in Docker's framing. */
  readonly socket: Socket;
  /** Settled when the engine has answered the start. */
  readonly started: Promise<unknown>;
}

/** Creates, attaches and starts; resolves once the start is asked for. */
export async function startFloorContainer(
  docker: Docker,
  image: string,
  command: readonly string[],
): Promise<FloorContainer> {
  const container = await docker.createContainer({
    Image: image,
    Labels: { [FLOOR_LABEL]: '1' },
    Cmd: [...command],
    OpenStdin: true,
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    Healthcheck: { Test: ['NONE'] },
    HostConfig: {
      AutoRemove: true,
      Init: true,
      LogConfig: { Type: 'none', Config: {} },
      SecurityOpt: ['no-new-privileges'],
      CapDrop: ['NET_RAW', 'MKNOD', 'AUDIT_WRITE'],
      PidsLimit: 4096,
      CpuShares: 128,
      MemoryReservation: 128 * 1_048_576,
    },
  });
  const options = { stream: true, stdin: true, stdout: true, stderr: true, hijack: true };
  // With `hijack` dockerode gives the connection itself, which its types call a stream.
  const socket = (await container.attach(options)) as unknown as Socket;
  socket.setNoDelay(true);
  return { container, socket, started: container.start() };
}
