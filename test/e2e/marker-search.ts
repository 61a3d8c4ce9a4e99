/**
 * Looks for a text where a secret could have leaked to: files, processes, and whatever Docker tells.
 *
 * Each search answers with the places where it found the text, in clear or as base64.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type Docker from 'dockerode';

export class MarkerSearch {
  readonly #forms: readonly Buffer[];
  readonly #longest: number;

  constructor(marker: string) {
    // Base64 looks different for each place in a group of three bytes; its ends depend on what is beside it.
    const shifted = [0, 1, 2].map((shift) =>
      Buffer.from(`${'x'.repeat(shift)}${marker}`)
        .toString('base64')
        .slice(4, -4),
    );
    this.#forms = [marker, ...shifted].map((form) => Buffer.from(form));
    this.#longest = Math.max(...this.#forms.map(({ length }) => length));
  }

  isIn(content: Buffer | string): boolean {
    const bytes = Buffer.from(content);
    return this.#forms.some((form) => bytes.includes(form));
  }

  /** Every file below a folder. */
  async inFolder(folder: string): Promise<string[]> {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const found: string[] = [];
    for (const entry of entries.filter((each) => each.isFile())) {
      const file = path.join(entry.parentPath, entry.name);
      // Gone meanwhile is not a place to find anything in.
      if (this.isIn(await readFile(file).catch(() => ''))) found.push(file);
    }
    return found;
  }

  /** The arguments and the environment that every process of this machine was started with. */
  inProcesses(): string[] {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    const files = pids.flatMap((pid) => [`/proc/${pid}/cmdline`, `/proc/${pid}/environ`]);
    return files.filter((file) => {
      try {
        return this.isIn(readFileSync(file));
      } catch {
        // Gone meanwhile, or another user's: not to be read by anybody who is not root.
        return false;
      }
    });
  }

  /** What Docker shows of a container to whoever asks, its files and its log. */
  async inContainer(docker: Docker, id: string): Promise<string[]> {
    const container = docker.getContainer(id);
    const places = {
      inspect: JSON.stringify(await container.inspect()),
      top: JSON.stringify(await container.top()),
      // There is no log where the driver is `none`, which is as it should be.
      log: await container.logs({ stdout: true, stderr: true }).catch(() => ''),
    };
    const found = Object.entries(places).flatMap(([name, text]) => (this.isIn(text) ? [name] : []));
    if (await this.#isInStream(await container.export())) found.push('files');
    return found;
  }

  /** What an image is: its settings, its history and every layer. */
  async inImage(docker: Docker, tag: string): Promise<string[]> {
    const image = docker.getImage(tag);
    const places = {
      inspect: JSON.stringify(await image.inspect()),
      history: JSON.stringify(await image.history()),
    };
    const found = Object.entries(places).flatMap(([name, text]) => (this.isIn(text) ? [name] : []));
    if (await this.#isInStream(await image.get())) found.push('layers');
    return found;
  }

  async #isInStream(stream: NodeJS.ReadableStream): Promise<boolean> {
    let tail = Buffer.alloc(0);
    let isIn = false;
    for await (const chunk of stream) {
      const bytes = Buffer.concat([tail, chunk as Buffer]);
      isIn ||= this.isIn(bytes);
      tail = Buffer.from(bytes.subarray(-this.#longest));
    }
    return isIn;
  }
}
