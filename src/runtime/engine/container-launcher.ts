/**
 * Starts runners for the scheduler: the piece between its port and the channel.
 *
 * It makes the spec of a container, boots its runner with the function's bundle, and translates messages
 * into the scheduler's events. Logs go to the app's listener with the id of the call they belong to.
 */
import type { Bundle } from '../../protocol/bundle.ts';
import { encodeBundle } from '../../protocol/bundle.ts';
import type { AppListener } from '../../protocol/control-plane.ts';
import type { FunctionManifest } from '../../protocol/manifest.ts';
import { type LogSource, PROTOCOL_VERSION, type RunnerMessage } from '../../protocol/runner-messages.ts';
import { decodeValue } from '../../protocol/value-codec.ts';
import { BugError } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { NODE_RUNNER_COMMAND } from '../channel/bootstrap.ts';
import { RunnerSession } from '../channel/runner-session.ts';
import type { ContainerBackend, ContainerExit } from '../containers/container-backend.ts';
import { containerSpecFor } from '../containers/container-spec.ts';
import type { DispatchedCall, Launcher, Runner, RunnerEvents } from '../scheduler/ports.ts';
import type { AppSecrets } from '../secrets/resolve-secrets.ts';
import { errorOfEarlyEnd } from './call-failure.ts';

/** What a function's containers are made of. */
export interface FunctionParts {
  /** Reference of its image on the host. */
  readonly image: string;
  readonly bundle: Bundle;
}

export interface LauncherOptions {
  readonly app: string;
  readonly environment: string;
  readonly backend: ContainerBackend;
  /** The runner, as scripts/build.ts made it. */
  readonly runnerSource: Uint8Array;
  readonly parts: ReadonlyMap<string, FunctionParts>;
  readonly secrets: AppSecrets;
  readonly listener: Pick<AppListener, 'onLog'>;
}

/** How much of what a container printed last is kept to explain its end. */
const LAST_OUTPUT_BYTES = 4096;

/** The scheduler's launcher on a real backend. */
export function containerLauncher(options: LauncherOptions): Launcher {
  return {
    launch: (fn, events) => new LaunchedRunner(options, fn, events),
  };
}

class LaunchedRunner implements Runner {
  readonly id = newId('ct');
  readonly #options: LauncherOptions;
  readonly #fn: FunctionManifest;
  readonly #events: RunnerEvents;
  /** Ids of the calls it holds, for its logs. */
  readonly #callIds = new Map<number, string>();
  #session: RunnerSession | undefined;
  #killed = false;
  #startError: { readonly error: unknown } | undefined;
  #ready = false;
  #lastOutput = Buffer.alloc(0);

  constructor(options: LauncherOptions, fn: FunctionManifest, events: RunnerEvents) {
    this.#options = options;
    this.#fn = fn;
    this.#events = events;
    this.#start().catch((error: unknown) => events.onEnd({ kind: 'start-failed', error }));
  }

  submit(call: DispatchedCall): void {
    this.#callIds.set(call.number, call.id);
    const { number, id, attempt, payload } = call;
    this.#session?.send({ type: 'call', call: number, id, attempt, payload });
  }

  cancel(call: number): void {
    this.#session?.send({ type: 'cancel', call });
  }

  kill(): void {
    this.#killed = true;
    void this.#session?.kill();
  }

  async #start(): Promise<void> {
    const { backend, runnerSource, parts, secrets } = this.#options;
    const part = parts.get(this.#fn.name);
    if (part === undefined) throw new BugError(`nothing was prepared for the function ${this.#fn.name}`);
    const spec = containerSpecFor(this.#options, this.#fn, part.image, NODE_RUNNER_COMMAND);
    const env = await secrets.envFor(this.#fn);
    const session = await RunnerSession.start(backend, spec, runnerSource, {
      onMessage: (message) => this.#receive(message),
      onLog: (call, source, bytes) => this.#log(call, source, bytes),
      onExit: (exit) => this.#exited(exit),
    });
    this.#session = session;
    // Told to end while the host was still starting it.
    if (this.#killed) return void session.kill();
    session.send({
      type: 'init',
      protocol: PROTOCOL_VERSION,
      app: this.#options.app,
      function: this.#fn.name,
      env,
      external: part.bundle.external,
      bundle: encodeBundle(part.bundle),
    });
  }

  #receive(message: Exclude<RunnerMessage, { type: 'log' }>): void {
    switch (message.type) {
      case 'ready':
        this.#ready = true;
        this.#events.onReady();
        return;
      case 'init-failed':
        this.#startError = { error: decodeValue(message.error) };
        return;
      case 'succeeded':
        this.#callIds.delete(message.call);
        this.#events.onAnswer({
          number: message.call,
          ok: true,
          bytes: message.payload,
          durationUs: message.durationUs,
        });
        return;
      case 'failed':
        this.#callIds.delete(message.call);
        this.#events.onAnswer({
          number: message.call,
          ok: false,
          bytes: message.error,
          durationUs: message.durationUs,
        });
        return;
      case 'hello':
      case 'pong':
        return;
    }
  }

  #log(call: number, source: LogSource, bytes: Uint8Array): void {
    if (source === 'stderr') {
      const kept = Buffer.concat([this.#lastOutput, bytes]);
      this.#lastOutput = kept.subarray(Math.max(0, kept.length - LAST_OUTPUT_BYTES));
    }
    this.#options.listener.onLog({
      functionName: this.#fn.name,
      callId: this.#callIds.get(call),
      containerId: this.id,
      source,
      bytes,
    });
  }

  #exited(exit: ContainerExit): void {
    const lastOutput = this.#lastOutput.toString();
    const { code, outOfMemory } = exit;
    if (exit.error === undefined && (this.#ready || this.#killed)) {
      this.#events.onEnd({ kind: 'exited', code, outOfMemory, lastOutput });
      return;
    }
    // What the runner or the host says of it explains more than an exit code.
    const said = this.#startError ?? exit;
    const error = said.error ?? errorOfEarlyEnd({ ...exit, lastOutput }, this.#fn);
    this.#events.onEnd({ kind: 'start-failed', error });
  }
}
