/**
 * Keeps what the last build of each image printed, of one that failed too, in the data folder.
 *
 * Values of secrets are hidden before a line gets here (containers/docker/build-log.ts). A log that cannot be written is
 * no reason not to build.
 *
 * Invariants
 * - a log begins with the image and the time, and ends with how the build ended; one that has no end was interrupted
 */
import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { ImageProgress } from './image-host.ts';

/** Bytes of one log; the rest of a step that prints without end is left out. */
const LONGEST_LOG = 8 * 1_048_576;

/** A log that is being written. */
export interface BuildLogWriter {
  add(progress: ImageProgress): void;
  /** Resolves when it is on disk. */
  end(outcome: string): Promise<void>;
}

export class BuildLogs {
  readonly #folder: string;

  /** @param folder that of the notes on images */
  constructor(folder: string) {
    this.#folder = path.join(folder, 'logs');
  }

  /** Begins the log of a build, in place of that of the last one. */
  begin(reference: string, app: string): BuildLogWriter {
    const stream = this.#open(reference);
    let room = LONGEST_LOG;
    const write = (line: string) => {
      room -= Buffer.byteLength(line) + 1;
      if (room > 0) stream?.write(`${line}\n`);
    };
    write(`# ${reference} of ${app}, ${new Date().toISOString()}`);
    return {
      add(progress) {
        if (progress.kind === 'step') write(`\n# ${progress.name}`);
        if (progress.kind === 'log') write(progress.text);
      },
      end(outcome) {
        const { promise, resolve } = Promise.withResolvers<void>();
        if (stream === undefined || stream.destroyed) resolve();
        else stream.once('error', () => resolve()).end(`\n# ${outcome}\n`, () => resolve());
        return promise;
      },
    };
  }

  /** The log of an image; undefined where none is kept. */
  async read(reference: string): Promise<string | undefined> {
    try {
      return await readFile(this.#file(reference), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** References of all images that have one. */
  async references(): Promise<string[]> {
    const names = await readdir(this.#folder).catch(() => []);
    return names.filter((name) => name.endsWith('.log')).map((name) => decodeURIComponent(name.slice(0, -4)));
  }

  async remove(reference: string): Promise<void> {
    await rm(this.#file(reference), { force: true });
  }

  #open(reference: string): WriteStream | undefined {
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      // What an error leaves out of the log is not missed.
      return createWriteStream(this.#file(reference), { mode: 0o600 }).on('error', () => {});
    } catch {
      return undefined;
    }
  }

  #file(reference: string): string {
    return path.join(this.#folder, `${encodeURIComponent(reference)}.log`);
  }
}
