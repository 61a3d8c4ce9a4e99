/**
 * Stops apps that were deployed for their calls alone, once no call of theirs is left.
 *
 * Invariants
 * - an app is not stopped while a call of it waits or runs
 * - one that nobody ever called is stopped too: who deployed it is gone
 */
import type { HostedApp, HostedApps } from '../runtime/deployments/hosted-apps.ts';
import type { CallRecords } from '../runtime/store/call-records.ts';

const LOOK_EVERY_MS = 1_000;
/** Between the deploy and the call that it was made for. */
const FIRST_CALL_WITHIN_MS = 60_000;

export interface EphemeralAppsOptions {
  readonly calls: Pick<CallRecords, 'backlog' | 'list'>;
  hosted(): Pick<HostedApps, 'running' | 'stop'> | undefined;
  onDefect(error: unknown): void;
}

/** Looks after them from the first `watch` on, for as long as there are any. */
export class EphemeralApps implements Disposable {
  readonly #options: EphemeralAppsOptions;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: EphemeralAppsOptions) {
    this.#options = options;
  }

  /** There may be one. */
  watch(): void {
    this.#timer ??= setTimeout(() => void this.#look(), LOOK_EVERY_MS).unref();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }

  async #look(): Promise<void> {
    const hosted = this.#options.hosted();
    const apps = hosted?.running().filter(({ deployment }) => deployment.manifest.ephemeral) ?? [];
    try {
      for (const app of apps) {
        const { environment, app: name } = app;
        if (await this.#isOver(app)) await hosted?.stop(environment, name, { by: 'the server' });
      }
    } catch (error) {
      this.#options.onDefect(error);
    }
    this.#timer = undefined;
    if (apps.length > 0) this.watch();
  }

  async #isOver({ environment, app, deployment }: HostedApp): Promise<boolean> {
    const { calls } = this.#options;
    if ((await calls.backlog(environment, app)) > 0) return false;
    if (Date.now() - deployment.deployedAt > FIRST_CALL_WITHIN_MS) return true;
    return (await calls.list({ environment, app, limit: 1 })).length > 0;
  }
}
