/**
 * Turns requests for a WebSocket into one, or answers them as any other request.
 */
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { MAX_MESSAGE_BYTES } from './frame-socket.ts';

/** What becomes of a request: a status and a document of JSON, or what takes the socket. */
export type UpgradeAnswer =
  | {
      readonly status: number;
      readonly document: object;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { accept(socket: WebSocket): void };

/** Answers requests for a WebSocket as `decide` says. `decide` must not reject. */
export function acceptSockets(decide: (request: IncomingMessage) => Promise<UpgradeAnswer>) {
  const server = new WebSocketServer({
    ...{ noServer: true, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false },
  });
  return async (request: IncomingMessage, connection: Duplex, head: Buffer): Promise<void> => {
    const broken = () => connection.destroy();
    connection.on('error', broken);
    const answer = await decide(request);
    connection.off('error', broken);
    if ('accept' in answer) {
      server.handleUpgrade(request, connection, head, (socket) => answer.accept(socket));
      return;
    }
    const body = JSON.stringify(answer.document);
    const headers = {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      'cache-control': 'no-store',
      ...answer.headers,
      connection: 'close',
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    connection.on('error', broken);
    connection.end(
      `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? ''}\r\n${lines.join('')}\r\n${body}`,
    );
  };
}
