/**
 * How what containers print reaches the terminal.
 *
 * In a pipe it goes out byte for byte, stdout to stdout and stderr to stderr. On a terminal, or with
 * timestamps, each line is headed by its function; a line that is not finished waits for its rest, so that
 * containers never share one.
 */
import type { Writable } from 'node:stream';
import chalk from 'chalk';
import type { LogEntry } from '../../protocol/control-plane.ts';
import { colourOfFunction } from './function-colour.ts';

export interface CallLogOptions {
  readonly stdout: Pick<Writable, 'write'>;
  readonly stderr: Pick<Writable, 'write'>;
  /** Head each line with its function. */
  readonly prefix: boolean;
  /** Head each line with the time it arrived, ISO 8601. */
  readonly timestamps: boolean;
}

export class CallLog {
  readonly #options: CallLogOptions;
  /** Beginnings of lines, by container and source. */
  readonly #unfinished = new Map<string, { readonly entry: LogEntry; bytes: Buffer }>();

  constructor(options: CallLogOptions) {
    this.#options = options;
  }

  write(entry: LogEntry): void {
    if (!this.#options.prefix && !this.#options.timestamps) {
      this.#options[entry.source].write(entry.bytes);
      return;
    }
    const key = `${entry.containerId} ${entry.source}`;
    const before = this.#unfinished.get(key)?.bytes ?? Buffer.alloc(0);
    const bytes = Buffer.concat([before, entry.bytes]);
    const end = bytes.lastIndexOf(0x0a) + 1;
    if (end > 0) this.#writeLines(entry, bytes.subarray(0, end));
    if (end === bytes.length) this.#unfinished.delete(key);
    else this.#unfinished.set(key, { entry, bytes: bytes.subarray(end) });
  }

  /** Writes out what never got its newline. */
  end(): void {
    for (const { entry, bytes } of this.#unfinished.values()) {
      this.#writeLines(entry, Buffer.concat([bytes, Buffer.from('\n')]));
    }
    this.#unfinished.clear();
  }

  #writeLines(entry: LogEntry, bytes: Buffer): void {
    const { prefix, timestamps } = this.#options;
    const time = timestamps ? `${new Date().toISOString()} ` : '';
    const name = prefix ? `${colourOfFunction(entry.functionName)(entry.functionName)} ` : '';
    const head = Buffer.from(chalk.dim(time) + name);
    const lines: Buffer[] = [];
    for (let at = 0; at < bytes.length; ) {
      const end = bytes.indexOf(0x0a, at) + 1;
      lines.push(head, bytes.subarray(at, end));
      at = end;
    }
    this.#options[entry.source].write(Buffer.concat(lines));
  }
}
