/**
 * Records what a container does, and lets a test wait for it.
 */
import type { ContainerListener } from '../../src/runtime/containers/container-backend.ts';

export class ContainerWatch implements ContainerListener {
  readonly #channel: Buffer[] = [];
  readonly #output = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  #wake = Promise.withResolvers<void>();
  channelBytes = 0;

  onChannel(bytes: Buffer): void {
    this.#channel.push(bytes);
    this.channelBytes += bytes.length;
    this.#notify();
  }

  onOutput(source: 'stdout' | 'stderr', bytes: Buffer): void {
    this.#output[source].push(bytes);
    this.#notify();
  }

  /** What came over the channel so far. */
  channel(): Buffer {
    return Buffer.concat(this.#channel);
  }

  channelText(): string {
    return this.channel().toString();
  }

  output(source: 'stdout' | 'stderr'): string {
    return Buffer.concat(this.#output[source]).toString();
  }

  /** Waits until `condition` holds; it is asked again after everything that happens. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await this.#wake.promise;
  }

  /** Waits for a text on the channel. */
  untilChannelHas(text: string): Promise<void> {
    return this.until(() => this.channelText().includes(text));
  }

  #notify(): void {
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }
}
