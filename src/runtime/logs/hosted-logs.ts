/**
 * The logs of all apps that a server keeps running.
 *
 * Invariants
 * - what an app printed last is kept when it stops
 */
import type { ContainerEvent, ImageEvent, LogEntry, WaitEvent } from '../../protocol/control-plane.ts';
import type { Clock } from '../../shared/clock.ts';
import { AppLogs } from './app-logs.ts';
import type { LogKeeper } from './log-keeper.ts';

/** Which app. */
export interface AppPlace {
  readonly environment: string;
  readonly app: string;
}

/** Told what apps do; disposed before its keeper is. */
export class HostedLogs implements Disposable {
  readonly #keeper: Pick<LogKeeper, 'append'>;
  readonly #clock: Clock;
  readonly #apps = new Map<string, AppLogs>();

  constructor(keeper: Pick<LogKeeper, 'append'>, clock: Clock) {
    this.#keeper = keeper;
    this.#clock = clock;
  }

  onLog(place: AppPlace, entry: LogEntry): void {
    this.#of(place).onLog(entry);
  }

  onContainer(place: AppPlace, event: ContainerEvent): void {
    this.#of(place).onContainer(event);
  }

  onImage(place: AppPlace, event: ImageEvent): void {
    this.#of(place).onImage(event);
  }

  onWait(place: AppPlace, event: WaitEvent): void {
    this.#of(place).onWait(event);
  }

  onStopped(environment: string, app: string): void {
    const logs = this.#apps.get(keyOf({ environment, app }));
    logs?.[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    for (const logs of this.#apps.values()) logs[Symbol.dispose]();
  }

  #of(place: AppPlace): AppLogs {
    const key = keyOf(place);
    let logs = this.#apps.get(key);
    if (logs === undefined) {
      logs = new AppLogs(this.#keeper, {
        environment: place.environment,
        app: place.app,
        clock: this.#clock,
      });
      this.#apps.set(key, logs);
    }
    return logs;
  }
}

function keyOf({ environment, app }: AppPlace): string {
  return `${environment}/${app}`;
}
