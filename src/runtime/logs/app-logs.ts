/**
 * What an app does, as lines of its logs: what its containers print, and what dray says of them.
 *
 * Invariants
 * - what a container printed last stands before the line that says that it ended
 */
import type {
  AppListener,
  ContainerEvent,
  ImageEvent,
  LogEntry,
  WaitEvent,
} from '../../protocol/control-plane.ts';
import type { Clock } from '../../shared/clock.ts';
import { LineAssembler } from './line-assembler.ts';
import type { LogKeeper } from './log-keeper.ts';

export interface AppLogsOptions {
  readonly environment: string;
  readonly app: string;
  readonly clock: Clock;
}

/** The listener of one app. It keeps nothing back once it is disposed. */
export class AppLogs implements AppListener, Disposable {
  readonly #keeper: Pick<LogKeeper, 'append'>;
  readonly #scope: { readonly environment: string; readonly app: string };
  readonly #lines: LineAssembler;

  constructor(keeper: Pick<LogKeeper, 'append'>, { environment, app, clock }: AppLogsOptions) {
    this.#keeper = keeper;
    this.#scope = { environment, app };
    this.#lines = new LineAssembler(clock, (origin, text) => keeper.append(origin, text));
  }

  onLog({ functionName, callId, containerId, source, bytes }: LogEntry): void {
    const { environment, app } = this.#scope;
    this.#lines.push({ environment, app, functionName, callId, containerId, source }, bytes);
  }

  onContainer(event: ContainerEvent): void {
    const { kind, id: containerId, functionName } = event;
    if (kind === 'ended') this.#lines.ended(containerId);
    const said =
      kind === 'starting'
        ? 'starts'
        : kind === 'ready'
          ? `is ready after ${Math.round(event.durationMs)} ms`
          : `ended: ${event.reason}`;
    this.#say(`container ${containerId} ${said}`, { functionName, containerId });
  }

  onImage(event: ImageEvent): void {
    for (const text of imageLines(event)) this.#say(`image ${event.image}: ${text}`);
  }

  onWait({ functionName, reason, calls }: WaitEvent): void {
    this.#say(`waiting: ${reason} (${calls} ${calls === 1 ? 'call' : 'calls'})`, { functionName });
  }

  [Symbol.dispose](): void {
    this.#lines.end();
  }

  #say(text: string, about: { functionName?: string; containerId?: string } = {}): void {
    this.#keeper.append({ ...this.#scope, ...about, source: 'system' }, text);
  }
}

function imageLines(event: ImageEvent): readonly string[] {
  switch (event.kind) {
    case 'missing':
      return [];
    case 'started':
      return [event.action === 'build' ? 'is built' : 'is pulled'];
    case 'progress':
      return event.text.split('\n').filter((text) => text.trim() !== '');
    case 'finished':
      return [`is there after ${(event.durationMs / 1_000).toFixed(1)} s`];
    case 'failed':
      return ['failed'];
  }
}
