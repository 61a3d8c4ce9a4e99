/**
 * One container, from its start to its end: translates between the scheduler's port and the channel.
 *
 * It boots the container's runner with the function's bundle, or goes on with one that an earlier process booted, and
 * watches that it is still there. Logs go to the app's listener with the id of the call they belong to.
 *
 * Invariants
 * - `onEnd` comes once, and nothing after it
 * - freezing and thawing happen in the order they were asked for
 */
import type { InvocationSession } from '../../invocation/invocation-session.ts';
import { encodeBundle } from '../../protocol/bundle.ts';
import type { ExecListener, ExecRequest, RunningExec } from '../../protocol/exec.ts';
import {
  type LogSource,
  PROTOCOL_VERSION,
  type RunnerMessage,
  type RunnerResumed,
} from '../../protocol/runner-messages.ts';
import { decodeValue } from '../../protocol/value-codec.ts';
import type { Cancel } from '../../shared/clock.ts';
import { BugError } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { RUNNER_COMMANDS } from '../channel/bootstrap.ts';
import { type RunnerListener, RunnerSession } from '../channel/runner-session.ts';
import type { ContainerExit } from '../containers/container-backend.ts';
import { containerStarting } from '../containers/container-errors.ts';
import { containerSpecFor } from '../containers/container-spec.ts';
import { isTaken } from '../scheduler/losses.ts';
import type { DispatchedCall, PoolSpec, Runner, RunnerEvents } from '../scheduler/ports.ts';
import { errorOfEarlyEnd } from './call-failure.ts';
import { CallIds } from './call-ids.ts';
import type { FunctionParts, LauncherOptions } from './container-launcher.ts';
import { Heartbeat } from './heartbeat.ts';
import { startRejected } from './start-refusal.ts';
import { memoOf, survivalOf } from './survival.ts';

/** How much of what a container printed last is kept to explain its end. */
const LAST_OUTPUT_BYTES = 4096;

/** A runner that an earlier process booted, and what it said of itself. */
export interface AdoptedSession {
  readonly session: RunnerSession;
  readonly resumed: RunnerResumed;
  /** Whether the answer of a call is to be kept in the container although the scheduler needs it no more. */
  keeps(call: number): boolean;
}

export class LaunchedRunner implements Runner, RunnerListener {
  readonly id = newId('ct');
  readonly #options: LauncherOptions;
  readonly #spec: PoolSpec;
  readonly #events: RunnerEvents;
  readonly #heartbeat: Heartbeat;
  readonly #calls = new CallIds();
  #nested: InvocationSession | undefined;
  #session: RunnerSession | undefined;
  #killed = false;
  /** Why it was given up although it did not end by itself. */
  #lost: string | undefined;
  #startError: { readonly error: unknown } | undefined;
  #ready = false;
  #lastOutput = Buffer.alloc(0);
  #nextSign: Cancel | undefined;
  #temperature: Promise<unknown> = Promise.resolve();
  /** Whether it keeps its answers until they are acknowledged. */
  #keepsAnswers = false;
  #acknowledged: number[] = [];
  #keptElsewhere: (call: number) => boolean = () => false;

  constructor(options: LauncherOptions, spec: PoolSpec, events: RunnerEvents, adopted?: AdoptedSession) {
    this.#options = options;
    this.#spec = spec;
    this.#events = events;
    this.#heartbeat = new Heartbeat({
      clock: options.clock,
      ping: (nonce) => this.#session?.send({ type: 'ping', nonce }),
      probe: async () => this.#session?.probe() ?? 'running',
      onLost: (reason) => this.#giveUp(reason),
    });
    if (adopted === undefined) {
      this.#start().catch((error: unknown) => events.onEnd(startRejected(error)));
    } else {
      this.#adopt(adopted);
    }
  }

  submit(call: DispatchedCall): void {
    const { number, id, attempt, method, payload, credit } = call;
    this.#hold(number, id);
    this.#session?.send({ type: 'call', call: number, id, attempt, method, payload });
    if (credit > 0) this.credit(number, credit);
  }

  submitBatch(calls: readonly DispatchedCall[]): void {
    for (const { number, id } of calls) this.#hold(number, id);
    this.#session?.send({
      type: 'batch',
      method: calls[0]?.method ?? '',
      calls: calls.map(({ number }) => number),
      ids: calls.map(({ id }) => id),
      attempts: calls.map(({ attempt }) => attempt),
      lengths: calls.map(({ payload }) => payload.length),
      payloads: Buffer.concat(calls.map(({ payload }) => payload)),
    });
  }

  credit(call: number, count: number): void {
    this.#session?.send({ type: 'credit', call, count });
  }

  cancel(call: number): void {
    this.#session?.send({ type: 'cancel', call });
  }

  ping(): void {
    this.#session?.send({ type: 'ping', nonce: 0 });
  }

  freeze(): void {
    this.#inOrder((session) => session.freeze());
  }

  thaw(): void {
    this.#inOrder((session) => session.thaw());
  }

  acknowledge(call: number): void {
    if (!this.#keepsAnswers || this.#keptElsewhere(call)) return;
    // Together with those that are answered in the same turn.
    if (this.#acknowledged.push(call) > 1) return;
    queueMicrotask(() => this.#session?.send({ type: 'acknowledge', calls: this.#acknowledged.splice(0) }));
  }

  stop(): void {
    this.#session?.send({ type: 'stop' });
  }

  kill(): void {
    this.#killed = true;
    this.#session?.kill().catch(() => {
      // How it ended, or that nobody knows, is told by its exit.
    });
  }

  async exec(request: ExecRequest, listener: ExecListener): Promise<RunningExec> {
    if (this.#session === undefined) throw containerStarting(this.id);
    return this.#session.exec(request, listener);
  }

  #hold(number: number, id: string): void {
    this.#calls.add(number, id);
    this.#heartbeat.watch(true);
  }

  /** A container that cannot be frozen or thawed as asked is of no use. */
  #inOrder(change: (session: RunnerSession) => Promise<void>): void {
    this.#temperature = this.#temperature.then(async () => {
      const session = this.#session;
      if (session === undefined || this.#killed) return;
      await change(session).catch(() => this.#giveUp('it could not be frozen or thawed'));
    });
  }

  #giveUp(reason: string): void {
    if (this.#killed) return;
    this.#lost = reason;
    this.kill();
  }

  async #start(): Promise<void> {
    const { app, environment, backend, runnerSources } = this.#options;
    const { fn, parameters } = this.#spec;
    const part = this.#spec.made as FunctionParts | undefined;
    if (part === undefined) throw new BugError(`nothing was prepared for the function ${fn.name}`);
    const survival = survivalOf(this.#options, this.#spec, part);
    this.#keepsAnswers = survival !== undefined;
    const command = RUNNER_COMMANDS[fn.runtime];
    const spec = containerSpecFor({ app, environment }, fn, part, command, survival);
    const env = await part.secrets.envFor(fn);
    const session = await RunnerSession.start(backend, spec, runnerSources[fn.runtime], this);
    this.#open(session, false);
    // Told to end while the host was still starting it.
    if (this.#killed) return this.kill();
    session.send({
      type: 'init',
      protocol: PROTOCOL_VERSION,
      app,
      function: fn.name,
      env,
      concurrency: fn.concurrent.maxInputs,
      parameters,
      external: part.bundle.external,
      orphanMs: survival === undefined ? 0 : this.#options.orphanMs,
      memo: survival === undefined ? new Uint8Array() : memoOf(this.#spec),
      bundle: encodeBundle(part.bundle),
    });
  }

  #adopt({ session, resumed, keeps }: AdoptedSession): void {
    this.#ready = true;
    this.#keepsAnswers = true;
    this.#keptElsewhere = keeps;
    for (const [number, id] of resumed.calls) this.#hold(number, id);
    this.#open(session, true);
  }

  #open(session: RunnerSession, adopted: boolean): void {
    this.#session = session;
    this.#nested = this.#options.nested().open({
      send: (message) => session.send(message),
      callId: (number) => this.#calls.get(number),
      resumed: adopted,
    });
    if (this.#keepsAnswers) this.#keepAlive();
  }

  /** Tells a runner now and then that its engine is there, so that it does not take itself for an orphan. */
  #keepAlive(): void {
    const { clock, orphanMs } = this.#options;
    this.#nextSign = clock.after(orphanMs / 8, () => {
      this.ping();
      this.#keepAlive();
    });
  }

  onMessage(message: Exclude<RunnerMessage, { type: 'log' }>): void {
    this.#heartbeat.heard();
    switch (message.type) {
      case 'ready':
        this.#ready = true;
        this.#events.onReady();
        return;
      case 'init-failed':
        this.#startError = { error: decodeValue(message.error) };
        return;
      case 'succeeded':
        return void this.#answered(message.call, true, message.payload, message.durationUs);
      case 'failed':
        return void this.#answered(message.call, false, message.error, message.durationUs);
      case 'value':
        return void this.#events.onValue(message.call, message.payload);
      case 'invoke':
      case 'invoke-cancel':
      case 'invoke-credit':
        this.#nested?.receive(message);
        return;
      case 'leave':
        return void (this.#ready && this.#events.onLeave());
      case 'pong':
        return void this.#events.onAlive();
      case 'hello':
      case 'resumed':
        return;
    }
  }

  #answered(number: number, ok: boolean, bytes: Uint8Array, durationUs: number): void {
    this.#calls.answered(number);
    if (this.#calls.size === 0) this.#heartbeat.watch(false);
    this.#events.onAnswer({ number, ok, bytes, durationUs });
  }

  onLog(call: number, source: LogSource, bytes: Uint8Array): void {
    if (source === 'stderr') {
      const kept = Buffer.concat([this.#lastOutput, bytes]);
      this.#lastOutput = kept.subarray(Math.max(0, kept.length - LAST_OUTPUT_BYTES));
    }
    this.#options.listener.onLog({
      functionName: this.#spec.fn.name,
      callId: this.#calls.get(call),
      containerId: this.id,
      source,
      bytes,
    });
  }

  onExit({ code, outOfMemory, error, unseen }: ContainerExit): void {
    this.#heartbeat.stop();
    this.#nextSign?.();
    this.#nested?.end();
    const lastOutput = this.#lastOutput.toString();
    if (this.#startError !== undefined && !this.#ready) {
      this.#events.onEnd({ kind: 'start-failed', error: this.#startError.error });
    } else if (error !== undefined && !this.#ready) {
      this.#events.onEnd(startRejected(error));
    } else if (this.#lost !== undefined) {
      this.#events.onEnd({ kind: 'lost', reason: this.#lost });
    } else if (unseen === true) {
      this.#events.onEnd({ kind: 'lost', reason: 'the connection to it broke' });
    } else if (!this.#ready && !this.#killed && !isTaken({ code, outOfMemory })) {
      const early = errorOfEarlyEnd({ code, outOfMemory, lastOutput }, this.#spec.fn);
      this.#events.onEnd({ kind: 'start-failed', error: early });
    } else {
      this.#events.onEnd({ kind: 'exited', code, outOfMemory, lastOutput });
    }
  }
}
