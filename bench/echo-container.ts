/**
 * A container that sends back what it is sent, over its attached stream: the shortest way there and back.
 *
 * Its program is `cat`, which reads and writes without any event loop.
 */
import type Docker from 'dockerode';
import { containersGone } from './containers-gone.ts';
import { IMAGE } from './docker-in-reach.ts';
import { FLOOR_LABEL, startFloorContainer } from './floor-container.ts';

/** Docker heads every piece of output with this many bytes. */
const HEADER_BYTES = 8;

export interface EchoContainer extends AsyncDisposable {
  /** Sends the bytes and resolves when as many came back. One at a time. */
  roundTrip(bytes: Uint8Array): Promise<void>;
  /** The container itself. */
  readonly container: Docker.Container;
}

/** Starts one. */
export async function startEchoContainer(docker: Docker): Promise<EchoContainer> {
  const { container, socket, started } = await startFloorContainer(docker, IMAGE, ['cat']);
  await started;
  let missing = 0;
  let arrived = () => {};
  socket.on('data', (chunk: Buffer) => {
    missing -= chunk.length;
    if (missing <= 0) arrived();
  });
  return {
    container,
    roundTrip: (bytes) =>
      new Promise((resolve) => {
        missing = bytes.length + HEADER_BYTES;
        arrived = resolve;
        socket.write(bytes);
      }),
    [Symbol.asyncDispose]: async () => {
      socket.end();
      await containersGone(docker, FLOOR_LABEL);
      socket.destroy();
    },
  };
}
