/**
 * Keeps what apps print, within a quota of size and age, and gives it to readers, also as it comes.
 *
 * Lines wait in memory for WRITE_AFTER_MS at most, and are then written as one batch. Readers see them at once.
 *
 * Invariants
 * - lines are in the order of `seq`, for every reader; one that follows gets each line that it asks for exactly once,
 *   or is dropped lines only where the quota drops them
 * - a server that is killed loses what came in the last WRITE_AFTER_MS and no more
 * - logs never stop an app: where they cannot be written, some wait, later ones are counted and dropped
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Cancel, Clock } from '../../shared/clock.ts';
import { decodeBlock, encodeBlock, mayHold } from './log-blocks.ts';
import { LogDatabase } from './log-database.ts';
import { type LineFilter, type LineOrigin, type LogLine, lineMatcher } from './log-line.ts';
import { PendingLines } from './pending-lines.ts';

/** How long a line waits for others before it is written, in ms. */
const WRITE_AFTER_MS = 200;
/** Lines of this many characters are written without waiting. */
const WRITE_AT_LENGTH = 262_144;
/** More than this is not held while it cannot be written. */
const HELD_LENGTH = 16 * WRITE_AT_LENGTH;
/** How often lines that are too old are looked for, in ms. */
const AGE_CHECK_MS = 60 * 60_000;
/** Of the quota, how much is left when it was reached: dropping a little each time would be dear. */
const KEPT_SHARE = 0.95;

export interface LogLimits {
  readonly maxBytes: number;
  readonly maxAgeMs: number;
}

export interface LogKeeperOptions {
  readonly file: string;
  readonly limits: LogLimits;
  readonly clock: Clock;
  /** The date, in milliseconds since 1970. */
  readonly now?: () => number;
  /** Logs cannot be written, or what was there is damaged: told once each time it begins. */
  onTrouble(error: unknown): void;
}

export interface ReadOptions {
  /** Only the last that many. */
  readonly tail?: number | undefined;
  /** Goes on with lines as they come, until the signal. */
  readonly follow?: boolean;
  readonly signal?: AbortSignal;
}

export class LogKeeper implements AsyncDisposable {
  readonly #database: LogDatabase;
  readonly #options: LogKeeperOptions;
  readonly #now: () => number;
  readonly #pending = new PendingLines();
  /** Readers that wait for a line. */
  readonly #waiting = new Set<() => void>();
  #seq: number;
  #writtenSeq: number;
  #batch: number;
  #bytes: number;
  #lost = 0;
  #isInTrouble = false;
  #isClosed = false;
  #writeTimer: Cancel | undefined;
  #ageTimer: Cancel | undefined;
  #isWaking = false;

  /** Opens the file. Throws an EnvironmentError where that cannot be done. */
  constructor(options: LogKeeperOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#database = LogDatabase.open(options.file, (error) => options.onTrouble(error));
    const { lastBatch, lastSeq, bytes } = this.#database.state();
    this.#batch = lastBatch;
    this.#seq = lastSeq;
    this.#writtenSeq = lastSeq;
    this.#bytes = bytes;
    this.#dropOld();
  }

  /** Bytes that are written. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Keeps a line. */
  append(origin: LineOrigin, text: string, at = this.#now()): void {
    if (this.#isClosed) return;
    if (this.#pending.length > HELD_LENGTH) return void this.#lost++;
    this.#pending.add({ ...origin, seq: ++this.#seq, at, text });
    if (this.#pending.length >= WRITE_AT_LENGTH && !this.#isInTrouble) this.write();
    else this.#writeTimer ??= this.#options.clock.after(WRITE_AFTER_MS, () => this.write());
    this.#wake();
  }

  /** Writes what waits. */
  write(): void {
    this.#writeTimer?.();
    this.#writeTimer = undefined;
    if (this.#pending.isEmpty) return;
    try {
      this.#bytes += this.#database.write(this.#batch + 1, this.#pending.byApp().map(encodeBlock));
      this.#batch++;
      this.#writtenSeq = this.#seq;
      this.#pending.clear();
      this.#keepToQuota();
      this.#isInTrouble = false;
    } catch (error) {
      if (!this.#isInTrouble) this.#options.onTrouble(error);
      this.#isInTrouble = true;
      this.#writeTimer = this.#options.clock.after(5 * WRITE_AFTER_MS, () => this.write());
    }
    this.#tellLost();
  }

  /** Lines in order. Leaving the loop ends it; so does the signal, without an error. */
  async *read(filter: LineFilter, options: ReadOptions = {}): AsyncGenerator<LogLine, void, undefined> {
    const { tail, follow = false, signal } = options;
    let cursor = { batch: 0, seq: 0 };
    if (tail !== undefined) {
      cursor = { batch: this.#batch, seq: this.#seq };
      yield* await this.#last(filter, tail, signal);
    }
    const matches = lineMatcher(filter);
    const parts = partsOf(filter);
    while (!signal?.aborted && !this.#isClosed) {
      const next =
        cursor.seq >= this.#writtenSeq ? undefined : this.#database.next(filter, 'after', cursor.batch);
      if (next !== undefined) {
        const after = cursor.seq;
        cursor = { batch: next.batch, seq: Math.max(after, ...next.blocks.map(({ lastSeq }) => lastSeq)) };
        const blocks = next.blocks.filter((block) => mayHold(block, parts));
        for (const line of inOrder(blocks.map(decodeBlock)))
          if (line.seq > after && matches(line)) yield line;
        await nextTurn();
        continue;
      }
      const fresh = this.#pending.after(cursor.seq).filter(matches);
      cursor = { batch: this.#batch, seq: this.#seq };
      yield* fresh;
      if (!follow) return;
      if (this.#seq === cursor.seq) await this.#untilMoved(signal);
    }
  }

  /** Writes what waits, and lets go of the file; readers end. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.write();
    this.#isClosed = true;
    this.#writeTimer?.();
    this.#ageTimer?.();
    for (const wake of this.#waiting) wake();
    // Readers that were amid a batch see that it is closed.
    await nextTurn();
    this.#database.close();
  }

  /** The last lines, looked for from the end. */
  async #last(filter: LineFilter, count: number, signal: AbortSignal | undefined): Promise<LogLine[]> {
    const matches = lineMatcher(filter);
    const parts = partsOf(filter);
    // First, and at one moment with the caller's cursor.
    let found = this.#pending.after(0).filter(matches);
    let before = this.#batch + 1;
    while (found.length < count && !signal?.aborted && !this.#isClosed) {
      const next = this.#database.next(filter, 'before', before);
      if (next === undefined) break;
      before = next.batch;
      const blocks = next.blocks.filter((block) => mayHold(block, parts));
      found = [...inOrder(blocks.map(decodeBlock)).filter(matches), ...found];
      await nextTurn();
    }
    return count === 0 ? [] : found.slice(-count);
  }

  #untilMoved(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        signal?.removeEventListener('abort', wake);
        this.#waiting.delete(wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal?.addEventListener('abort', wake);
      if (signal?.aborted || this.#isClosed) wake();
    });
  }

  /** Readers wake once for all lines of a turn. */
  #wake(): void {
    if (this.#isWaking || this.#waiting.size === 0) return;
    this.#isWaking = true;
    setImmediate(() => {
      this.#isWaking = false;
      for (const wake of [...this.#waiting]) wake();
    });
  }

  #tellLost(): void {
    if (this.#lost === 0 || this.#isInTrouble) return;
    const text = `${this.#lost} lines were lost: they could not be written`;
    this.#lost = 0;
    for (const { environment, app } of this.#pending.scopes())
      this.append({ environment, app, source: 'system' }, text);
  }

  #keepToQuota(): void {
    const { maxBytes } = this.#options.limits;
    if (this.#bytes > maxBytes) {
      this.#bytes -= this.#database.dropOldest(this.#bytes - maxBytes * KEPT_SHARE);
    }
  }

  #dropOld(): void {
    this.#bytes -= this.#database.dropBefore(this.#now() - this.#options.limits.maxAgeMs);
    this.#ageTimer = this.#options.clock.after(AGE_CHECK_MS, () => {
      try {
        this.#dropOld();
      } catch (error) {
        this.#options.onTrouble(error);
      }
    });
  }
}

/** What a block has to hold, as it is written in JSON, to be worth decoding. Ids and names need no escapes. */
function partsOf({ callId, containerId, functionName }: LineFilter): readonly string[] {
  return [callId, containerId, functionName].filter((part) => part !== undefined);
}

/** Lines of several apps as they came. */
function inOrder(blocks: readonly LogLine[][]): readonly LogLine[] {
  const [only] = blocks;
  if (blocks.length === 1 && only !== undefined) return only;
  return blocks.flat().sort((a, b) => a.seq - b.seq);
}
