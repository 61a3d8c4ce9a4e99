/**
 * The one connection over which a client makes its calls: opened with the first, opened again when it breaks.
 *
 * Invariants
 * - a call that only this client waits for is not made twice: it fails where the connection breaks under it
 * - everything else is asked again on the next connection, for as long as RECONNECT_MS; then it fails
 * - a server that refuses the client is not asked again by itself
 * - while nothing is waited for, the connection does not keep the process running
 */
import { ChannelInvoker, type InvokeAnswer, isRepeatable } from '../invocation/channel-invoker.ts';
import type { EngineMessage, RunnerMessage } from '../protocol/runner-messages.ts';
import { EnvironmentError } from '../shared/errors.ts';
import type { OpenedSocket } from '../websocket/connect-socket.ts';
import { CloseCode, FrameSocket } from '../websocket/frame-socket.ts';
import { connectionFailure, connectionLost, connectionRefused } from './connection-errors.ts';

/** How long a server may be away, in ms. */
const RECONNECT_MS = 60_000;

/** Before the first of several tries; it doubles up to the other. */
const FIRST_PAUSE_MS = 50;
const LAST_PAUSE_MS = 2_000;

export interface ConnectionTarget {
  readonly url: string;
  readonly token: { readonly id: string; readonly secret: string } | undefined;
  readonly environment: string;
}

export class ServerConnection {
  readonly invoker: ChannelInvoker;
  readonly #targetOf: () => Promise<ConnectionTarget>;
  /** What cannot be sent now and must not be sent twice. */
  #queue: RunnerMessage[] = [];
  #socket: FrameSocket<EngineMessage> | undefined;
  #hold: OpenedSocket['hold'] = () => {};
  #connecting: Promise<void> | undefined;
  #ended: PromiseWithResolvers<void> | undefined;
  #wasOpen = false;
  #closed = false;

  /** @param targetOf asked each time a connection is opened */
  constructor(targetOf: () => Promise<ConnectionTarget>) {
    this.#targetOf = targetOf;
    this.invoker = new ChannelInvoker(
      (message) => this.#send(message),
      () => 0,
    );
  }

  /** Ends it. What is waited for fails. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#fail(new EnvironmentError('CLIENT_CLOSED', 'the client was closed before the call had a result'));
    this.#socket?.close(CloseCode.normal);
    await this.#ended?.promise;
  }

  #send(message: RunnerMessage): void {
    if (this.#closed) {
      const error = new EnvironmentError('CLIENT_CLOSED', 'the client is closed');
      return void queueMicrotask(() => this.invoker.abandon(error));
    }
    if (this.#socket !== undefined) {
      this.#hold(true);
      return void this.#socket.send(message);
    }
    if (!isRepeatable(message)) this.#queue.push(message);
    this.#connecting ??= this.#connect().finally(() => {
      this.#connecting = undefined;
    });
  }

  async #connect(): Promise<void> {
    const until = performance.now() + (this.#wasOpen ? RECONNECT_MS : 0);
    // With this turn's requests the first message is complete.
    await Promise.resolve();
    for (let pauseMs = FIRST_PAUSE_MS; !this.#closed; pauseMs = Math.min(pauseMs * 2, LAST_PAUSE_MS)) {
      try {
        return await this.#open();
      } catch (error) {
        const { failure, isFinal } = error as Refusal;
        if (isFinal || performance.now() + pauseMs > until) return void this.#fail(failure);
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    }
  }

  /** Throws a Refusal. */
  async #open(): Promise<void> {
    const { connectSocket } = await import('../websocket/connect-socket.ts');
    let url = '';
    let opened: OpenedSocket;
    try {
      const target = await this.#targetOf();
      url = target.url;
      const address = new URL('/v1/invoke', url);
      address.protocol = address.protocol.replace('http', 'ws');
      address.searchParams.set('environment', target.environment);
      opened = await connectSocket(address.href, authorization(target.token));
    } catch (error) {
      throw connectionFailure(url, error);
    }
    const ended = Promise.withResolvers<void>();
    const socket = new FrameSocket<EngineMessage>(opened.socket, {
      onMessage: (message) => this.#received(message),
      onClose: (code) => {
        ended.resolve();
        this.#lost(socket, url, code);
      },
    });
    this.#ended = ended;
    this.#socket = socket;
    this.#hold = opened.hold;
    this.#wasOpen = true;
    if (this.#closed) return socket.close(CloseCode.normal);
    this.invoker.resume();
    for (const message of this.#queue.splice(0)) socket.send(message);
    this.#hold(this.invoker.isWaiting);
  }

  #received(message: EngineMessage): void {
    this.invoker.receive(message as InvokeAnswer);
    if (!this.invoker.isWaiting) this.#hold(false);
  }

  #lost(socket: FrameSocket<EngineMessage>, url: string, code: number): void {
    if (this.#socket !== socket) return;
    this.#socket = undefined;
    if (this.#closed) return;
    if (code === CloseCode.tokenRefused || code === CloseCode.malformed) {
      return void this.#fail(connectionRefused(url, code));
    }
    this.invoker.interrupt(connectionLost(url));
    if (!this.invoker.isWaiting) return;
    this.#connecting ??= this.#connect().finally(() => {
      this.#connecting = undefined;
    });
  }

  #fail(error: unknown): void {
    this.#queue = [];
    this.invoker.abandon(error);
  }
}

/** Why there is no connection. */
export interface Refusal {
  readonly failure: unknown;
  /** Asking again would be no use. */
  readonly isFinal: boolean;
}

function authorization(token: ConnectionTarget['token']): Record<string, string> {
  if (token === undefined) return {};
  return { authorization: `Basic ${Buffer.from(`${token.id}:${token.secret}`).toString('base64')}` };
}
