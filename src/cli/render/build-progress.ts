/**
 * How the progress of images is shown: plain lines, or a live tree on a terminal.
 *
 * listr2 is loaded with the first image that has to be built; an unchanged app never loads it.
 */
import type { Writable } from 'node:stream';
import chalk from 'chalk';
import type { ImageEvent } from '../../protocol/control-plane.ts';

export interface BuildProgress {
  show(event: ImageEvent): void;
  /** Resolves when nothing of it is drawn any more. */
  end(): Promise<void>;
}

/** Progress on `output`: live where it is a terminal, else one line for each step. */
export function buildProgress(output: Writable & { isTTY?: boolean }): BuildProgress {
  return output.isTTY ? new LiveProgress() : new PlainProgress(output);
}

const VERBS = { build: 'building', pull: 'pulling' } as const;

class PlainProgress implements BuildProgress {
  readonly #output: Pick<Writable, 'write'>;

  constructor(output: Pick<Writable, 'write'>) {
    this.#output = output;
  }

  show(event: ImageEvent): void {
    const line = plainLine(event);
    if (line !== undefined) this.#output.write(`${chalk.dim(line)}\n`);
  }

  async end(): Promise<void> {}
}

function plainLine(event: ImageEvent): string | undefined {
  switch (event.kind) {
    case 'started':
      return `${VERBS[event.action]} ${event.image}`;
    case 'progress':
      return event.step ? `  ${event.text}` : undefined;
    case 'finished':
      return `ready ${event.image} in ${seconds(event.durationMs)}`;
    case 'failed':
      return `failed ${event.image}`;
    case 'missing':
      return undefined;
  }
}

/** One task of the tree: what listr2 shows for one image. */
interface LiveTask {
  title: string;
  output: string;
}

interface LiveImage {
  title: string;
  step: string;
  readonly done: PromiseWithResolvers<string>;
  task: LiveTask | undefined;
}

class LiveProgress implements BuildProgress {
  readonly #images = new Map<string, LiveImage>();
  #drawn: Promise<unknown> | undefined;

  show(event: ImageEvent): void {
    const image = this.#image(event.image);
    switch (event.kind) {
      case 'missing':
        return;
      case 'started':
        image.title = `${VERBS[event.action]} ${event.image}`;
        this.#drawn ??= this.#draw();
        break;
      case 'progress':
        if (event.step) image.step = lastLine(event.text);
        else if (image.task !== undefined) image.task.output = lastLine(event.text);
        break;
      case 'finished':
        image.done.resolve(`${event.image} ready in ${seconds(event.durationMs)}`);
        break;
      case 'failed':
        image.done.reject(new Error(currentTitle(image)));
        break;
    }
    if (image.task !== undefined) image.task.title = currentTitle(image);
  }

  async end(): Promise<void> {
    // What was never started, because something else failed, is not waited for.
    for (const image of this.#images.values()) image.done.resolve(image.title);
    await this.#drawn;
  }

  #image(name: string): LiveImage {
    let image = this.#images.get(name);
    if (image === undefined) {
      image = { title: name, step: '', done: Promise.withResolvers(), task: undefined };
      image.done.promise.catch(() => {});
      this.#images.set(name, image);
    }
    return image;
  }

  async #draw(): Promise<void> {
    const { Listr } = await import('listr2');
    const tasks = [...this.#images.values()].map((image) => ({
      title: currentTitle(image),
      task: async (_: unknown, task: LiveTask) => {
        image.task = task;
        task.title = await image.done.promise;
      },
    }));
    // The failure itself is thrown by what built the image; here it is only drawn.
    await new Listr(tasks, { concurrent: true, exitOnError: false }).run().catch(() => {});
  }
}

function currentTitle({ title, step }: LiveImage): string {
  return step === '' ? title : `${title}: ${step}`;
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? '';
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
