/**
 * Opens a WebSocket to a server, with what it takes to be let in.
 *
 * Invariants
 * - the headers go to that address and to no other: redirects are not followed
 */
import { WebSocket } from 'ws';
import { MAX_MESSAGE_BYTES } from './frame-socket.ts';

/** How long a server may take to answer, in ms. */
const HANDSHAKE_MS = 30_000;

/** An answer that is no WebSocket. */
const MAX_REFUSAL_BYTES = 65_536;

/** The server answered, and said no. */
export class UpgradeRefused extends Error {
  readonly status: number;
  readonly body: string;

  constructor(status: number, body: string) {
    super(`status ${status}`);
    this.status = status;
    this.body = body;
  }
}

export interface OpenedSocket {
  readonly socket: WebSocket;
  /** Whether the connection keeps this process running. */
  hold(is: boolean): void;
}

/** Resolves when it is open. Rejects with UpgradeRefused, or with what the network says. */
export function connectSocket(url: string, headers: Readonly<Record<string, string>>): Promise<OpenedSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, {
      ...{ headers, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false, followRedirects: false },
      handshakeTimeout: HANDSHAKE_MS,
    });
    let hold = (_is: boolean) => {};
    socket.once('upgrade', ({ socket: connection }) => {
      connection.setNoDelay(true);
      hold = (is) => void (is ? connection.ref() : connection.unref());
    });
    socket.once('open', () => resolve({ socket, hold }));
    socket.once('error', reject);
    socket.once('unexpected-response', (request, response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= MAX_REFUSAL_BYTES) chunks.push(chunk);
      });
      response.once('close', () => {
        request.destroy();
        reject(new UpgradeRefused(response.statusCode ?? 0, Buffer.concat(chunks).toString()));
      });
    });
  });
}
