/**
 * Where the progress of a deploy goes: to stderr, images as `dray run` shows them.
 */
import chalk from 'chalk';
import type { DeployListener } from '../client/deploy-app.ts';
import type { SentBlobs } from '../client/send-blobs.ts';
import type { DeployEvent } from '../protocol/deployment.ts';
import { type BuildProgress, buildProgress } from './render/build-progress.ts';
import { renderSize } from './render/deploy.ts';

export class DeployOutput implements DeployListener, AsyncDisposable {
  readonly #progress: BuildProgress | undefined;

  constructor({ quiet }: { readonly quiet: boolean }) {
    this.#progress = quiet ? undefined : buildProgress(process.stderr);
  }

  /** One line before the first is sent, and none while it goes on: most deploys send little. */
  onSent(sent: SentBlobs, all: SentBlobs): void {
    if (sent.blobs > 0) return;
    this.#line(`sending ${all.blobs} ${all.blobs === 1 ? 'file' : 'files'}, ${renderSize(all.bytes)}`);
  }

  onEvent(event: DeployEvent): void {
    switch (event.kind) {
      case 'image':
        this.#progress?.show(event.event);
        break;
      case 'starting':
        this.#line(`starting ${event.functionName}`);
        break;
      case 'ready':
        this.#line(`ready ${event.functionName}`);
        break;
      case 'published':
        break;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#progress?.end();
  }

  #line(text: string): void {
    if (this.#progress !== undefined) process.stderr.write(`${chalk.dim(text)}\n`);
  }
}
