/**
 * Learns how containers end, for all containers of one owner or server, from one subscription to the engine's events.
 *
 * One stream instead of a waiting request per container: nothing is added to a start, and an out-of-memory kill is
 * told too (a removed container cannot be inspected). It decides nothing about a container whose end is never told.
 *
 * Invariants
 * - a container watched before it starts has its end told, if the engine tells it: after `subscribe`
 * - a lost stream is taken up again from the last event seen, by the engine's own clock
 */
import type { IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { DockerClient } from './docker-client.ts';

/** What happens to one container; each promise settles at most once and never rejects. */
export interface ContainerFate {
  /** Its exit code, when it died. */
  readonly died: Promise<number>;
  /** The kernel killed something in it for exceeding the memory limit. */
  readonly outOfMemory: Promise<true>;
  /** The engine holds nothing of it any more. */
  readonly removed: Promise<true>;
  /** Whether the engine could not tell for a while, since this is watched: then nobody knows what it would have told. */
  readonly interrupted: boolean;
}

/** First and longest pause, in ms, between attempts to take a lost stream up again. */
const RETRY_MIN_MS = 100;
const RETRY_MAX_MS = 5_000;

interface Watched {
  readonly fate: ContainerFate;
  died(code: number): void;
  outOfMemory(): void;
  removed(): void;
}

/** The part of an event that is read here; the same in every API version since 1.41. */
interface ContainerEvent {
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
  /** Unix time in s. */
  readonly time: number;
}

export class DockerExits {
  readonly #client: DockerClient;
  readonly #filters: string;
  readonly #onResumed: () => void;
  readonly #watched = new Map<string, Watched>();
  readonly #closing = new AbortController();
  #subscribed: Promise<void> | undefined;
  #stream: IncomingMessage | undefined;
  /** Engine time in s from which events may be new. */
  #since: number | undefined;
  /** How often the stream was lost. */
  #interruptions = 0;

  /**
   * @param label what the containers of this owner, or this server, have in common
   * @param onResumed told each time a lost stream was taken up again: the engine is back
   */
  constructor(client: DockerClient, label: string, onResumed: () => void = () => {}) {
    this.#client = client;
    this.#onResumed = onResumed;
    this.#filters = JSON.stringify({
      type: ['container'],
      label: [label],
      event: ['die', 'oom', 'destroy'],
    });
  }

  /** Resolves when ends are being told. The first call subscribes; rejects with what the engine's client throws. */
  subscribe(): Promise<void> {
    this.#subscribed ??= this.#open().then(
      (stream) => void this.#follow(stream),
      (error) => {
        // The next start tries again.
        this.#subscribed = undefined;
        throw error;
      },
    );
    return this.#subscribed;
  }

  /** What will happen to a container. Call it before the container starts. */
  watch(id: string): ContainerFate {
    const died = Promise.withResolvers<number>();
    const outOfMemory = Promise.withResolvers<true>();
    const removed = Promise.withResolvers<true>();
    const interruptions = this.#interruptions;
    const isInterrupted = () => this.#interruptions > interruptions;
    const fate: ContainerFate = {
      died: died.promise,
      outOfMemory: outOfMemory.promise,
      removed: removed.promise,
      get interrupted() {
        return isInterrupted();
      },
    };
    this.#watched.set(id, {
      fate,
      died: died.resolve,
      outOfMemory: () => outOfMemory.resolve(true),
      removed: () => removed.resolve(true),
    });
    return fate;
  }

  /** Ends the interest in a container. */
  forget(id: string): void {
    this.#watched.delete(id);
  }

  close(): void {
    this.#closing.abort();
    this.#stream?.destroy();
    // Nobody tells any more: whoever still waits for a removal has waited enough.
    for (const watched of this.#watched.values()) watched.removed();
    this.#watched.clear();
  }

  async #open(): Promise<IncomingMessage> {
    const options = { filters: this.#filters, ...(this.#since !== undefined && { since: this.#since }) };
    const stream = (await this.#client.docker.getEvents(options)) as IncomingMessage;
    if (this.#closing.signal.aborted) stream.destroy();
    stream.socket.setKeepAlive(true, 15_000);
    this.#stream = stream;
    // Before the first event, the engine's own clock says from when on one could be missed.
    this.#since ??= Math.floor(Date.parse(stream.headers.date ?? '') / 1_000) || undefined;
    return stream;
  }

  async #follow(first: IncomingMessage): Promise<void> {
    let stream: IncomingMessage | undefined = first;
    let pauseMs = RETRY_MIN_MS;
    while (!this.#closing.signal.aborted) {
      try {
        if (stream === undefined) {
          stream = await this.#open();
          this.#onResumed();
        }
        pauseMs = RETRY_MIN_MS;
        await this.#read(stream);
      } catch {
        // The engine stopped, or the connection to it broke: both are mended, if at all, by asking again.
      }
      stream = undefined;
      this.#interruptions++;
      await delay(pauseMs, undefined, { signal: this.#closing.signal, ref: false }).catch(() => {});
      pauseMs = Math.min(pauseMs * 2, RETRY_MAX_MS);
    }
  }

  async #read(stream: IncomingMessage): Promise<void> {
    let rest = '';
    stream.setEncoding('utf8');
    for await (const text of stream as AsyncIterable<string>) {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line.trim() !== '') this.#apply(JSON.parse(line) as ContainerEvent);
    }
  }

  #apply({ Action, Actor, time }: ContainerEvent): void {
    this.#since = time;
    const watched = this.#watched.get(Actor.ID);
    if (watched === undefined) return;
    if (Action === 'die') watched.died(Number(Actor.Attributes.exitCode));
    else if (Action === 'oom') watched.outOfMemory();
    else if (Action === 'destroy') watched.removed();
  }
}
