/**
 * The lanes of all functions, made when they are needed, and the apps that their calls go to.
 */
import type { EncodedCalls, OpenCall } from '../../protocol/invocation.ts';
import { CallLane, type LaneKey, type LanePorts } from './call-lane.ts';

export class CallLanes {
  readonly #ports: LanePorts;
  readonly #lanes = new Map<string, CallLane>();
  /** Apps that serve, by environment and name. */
  readonly #serving = new Map<string, EncodedCalls>();
  /** Those that served since this process began. */
  readonly #served = new Set<string>();

  constructor(ports: LanePorts) {
    this.#ports = ports;
  }

  of({ environment, app, functionName }: LaneKey): CallLane {
    const appName = nameOf(environment, app);
    const name = `${appName}\0${functionName}`;
    let lane = this.#lanes.get(name);
    if (lane === undefined) {
      lane = new CallLane({ environment, app, functionName }, this.#ports);
      this.#lanes.set(name, lane);
      const serving = this.#serving.get(appName);
      if (serving !== undefined) void lane.open(serving, false);
    }
    return lane;
  }

  /**
   * Calls of an app go there from now on; those of functions without a lane when they get one. The first time, they may
   * still be in containers that an earlier process began.
   */
  async serve(environment: string, app: string, calls: EncodedCalls): Promise<void> {
    const name = nameOf(environment, app);
    const resumed = !this.#served.has(name);
    this.#served.add(name);
    this.#serving.set(name, calls);
    await Promise.all(this.#ofApp(environment, app).map((lane) => lane.open(calls, resumed)));
  }

  pause(environment: string, app: string): void {
    this.#serving.delete(nameOf(environment, app));
    for (const lane of this.#ofApp(environment, app)) lane.close();
  }

  pauseAll(): void {
    this.#serving.clear();
    for (const lane of this.#lanes.values()) lane.close();
  }

  /** The call of an id in its app; undefined where it waits in the store, or is none. */
  find(id: string): OpenCall | undefined {
    for (const lane of this.#lanes.values()) {
      const call = lane.find(id);
      if (call !== undefined) return call;
    }
    return undefined;
  }

  #ofApp(environment: string, app: string): CallLane[] {
    return [...this.#lanes.values()].filter(({ key }) => key.environment === environment && key.app === app);
  }
}

function nameOf(environment: string, app: string): string {
  return `${environment}\0${app}`;
}
