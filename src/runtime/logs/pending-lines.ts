/**
 * Lines that are not written yet, by app. In memory only.
 */
import type { LogLine } from './log-line.ts';

export class PendingLines {
  #byApp = new Map<string, LogLine[]>();
  #length = 0;
  /** Apps that had lines last, to tell them what was lost. */
  #last: readonly LogLine[] = [];

  /** Characters that it holds. */
  get length(): number {
    return this.#length;
  }

  get isEmpty(): boolean {
    return this.#byApp.size === 0;
  }

  add(line: LogLine): void {
    const key = `${line.environment}/${line.app}`;
    const lines = this.#byApp.get(key);
    if (lines === undefined) this.#byApp.set(key, [line]);
    else lines.push(line);
    // Ids and the time weigh as well.
    this.#length += line.text.length + 64;
  }

  /** The lines of each app, in order. */
  byApp(): readonly LogLine[][] {
    return [...this.#byApp.values()];
  }

  /** Those that came after a line, in order. */
  after(seq: number): readonly LogLine[] {
    const lines = this.byApp().flatMap((all) => all.slice(firstAfter(all, seq)));
    return this.#byApp.size > 1 ? lines.sort((a, b) => a.seq - b.seq) : lines;
  }

  /** A line of each app that was written last. */
  scopes(): readonly LogLine[] {
    return this.#last;
  }

  clear(): void {
    this.#last = this.byApp().map(([first]) => first as LogLine);
    this.#byApp = new Map();
    this.#length = 0;
  }
}

/** Where the lines after `seq` begin. */
function firstAfter(lines: readonly LogLine[], seq: number): number {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((lines[middle] as LogLine).seq > seq) high = middle;
    else low = middle + 1;
  }
  return low;
}
