/**
 * Keeps what this machine has learnt of images, from one command to the next: small files in the data folder.
 *
 * They are notes, not records: one that is missing, broken or cannot be written is learnt again. Keys are digests or other
 * names of what cannot change.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { dataFolder } from '../../config/paths.ts';

export class ImageNotes {
  /** Where they are. */
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Those of this machine. */
  static here(env: Readonly<Record<string, string | undefined>> = process.env): ImageNotes {
    return new ImageNotes(path.join(dataFolder(env), 'images'));
  }

  async read<T>(kind: string, key: string): Promise<T | undefined> {
    try {
      return JSON.parse(await readFile(this.#file(kind, key), 'utf8')) as T;
    } catch {
      return undefined;
    }
  }

  /** All notes of a kind. */
  async all<T>(kind: string): Promise<T[]> {
    const folder = path.join(this.folder, kind);
    const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json'));
    const texts = await Promise.all(
      names.map((name) => readFile(path.join(folder, name), 'utf8').catch(() => '')),
    );
    return texts.flatMap((text) => {
      try {
        return [JSON.parse(text) as T];
      } catch {
        return [];
      }
    });
  }

  async remove(kind: string, key: string): Promise<void> {
    await rm(this.#file(kind, key), { force: true });
  }

  async write(kind: string, key: string, note: unknown): Promise<void> {
    const file = this.#file(kind, key);
    const unfinished = `${file}.${randomUUID()}`;
    try {
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(unfinished, JSON.stringify(note));
      await rename(unfinished, file);
    } catch {
      // A home that cannot be written is no reason not to run.
    }
  }

  #file(kind: string, key: string): string {
    const name = createHash('sha256').update(key).digest('hex').slice(0, 32);
    return path.join(this.folder, kind, `${name}.json`);
  }
}
