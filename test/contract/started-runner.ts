/**
 * A runner in a container of its own, with the engine's end of its channel in the test's hands.
 */
import { encodeBundle } from '../../src/protocol/bundle.ts';
import type { EngineMessage, RunnerMessage } from '../../src/protocol/runner-messages.ts';
import { PROTOCOL_VERSION } from '../../src/protocol/runner-messages.ts';
import { decodeValue } from '../../src/protocol/value-codec.ts';
import type { OpenApp } from '../../src/runtime/app/open-app.ts';
import { RUNNER_COMMANDS } from '../../src/runtime/channel/bootstrap.ts';
import { RunnerSession } from '../../src/runtime/channel/runner-session.ts';
import type { AdoptableContainer, ContainerBackend } from '../../src/runtime/containers/container-backend.ts';
import { containerSpecFor, type Survival } from '../../src/runtime/containers/container-spec.ts';
import { encodeFor } from '../../src/runtime/engine/call-arguments.ts';
import { readRunnerSources } from '../../src/runtime/engine/runner-source.ts';

/** What the runner said, as values: a message's payload or error is decoded. */
export interface Said {
  readonly type: RunnerMessage['type'] | 'exit';
  readonly call?: number;
  readonly value?: unknown;
  readonly code?: number;
}

/** More than any runner is long. */
const RUNNER_BYTES = 1_000_000;

interface Given {
  readonly parameters?: unknown[];
  readonly image?: string;
  readonly env?: Record<string, string>;
  readonly survival?: Survival;
  readonly orphanMs?: number;
  readonly memo?: Uint8Array;
}

export class StartedRunner implements AsyncDisposable {
  readonly said: Said[] = [];
  /** What was printed, by the call that it belongs to. */
  readonly printed: { call: number; source: string; text: string }[] = [];
  readonly #session: RunnerSession;
  readonly #encode: (value: unknown) => Uint8Array;
  #changed: () => void = () => {};

  private constructor(session: RunnerSession, encode: (value: unknown) => Uint8Array) {
    this.#session = session;
    this.#encode = encode;
  }

  /** Starts the container of a function, sends `init` and waits until it is ready. */
  static async start(
    backend: ContainerBackend,
    opened: OpenApp,
    name: string,
    given: Given = {},
  ): Promise<StartedRunner> {
    const fn = opened.manifest.functions.find((each) => each.name === name);
    if (fn === undefined) throw new Error(`the fixture has no function ${name}`);
    const bundle = await opened.bundleFor(name);
    const spec = containerSpecFor(
      { app: opened.manifest.app, environment: 'main' },
      fn,
      { image: given.image ?? '' },
      RUNNER_COMMANDS[fn.runtime],
      given.survival,
    );
    const sources = await readRunnerSources();
    const early: (() => void)[] = [];
    let runner: StartedRunner | undefined;
    const later = (act: (to: StartedRunner) => void) => {
      if (runner === undefined) early.push(() => act(runner as StartedRunner));
      else act(runner);
    };
    const session = await RunnerSession.start(backend, spec, sources[fn.runtime], {
      onMessage: (message) => later((to) => to.#hear(message)),
      onLog: (call, source, bytes) => later((to) => to.#print(call, source, bytes)),
      onExit: ({ code }) => later((to) => to.#note({ type: 'exit', code })),
    });
    runner = new StartedRunner(session, (value) => encodeFor(fn, value, 'args'));
    for (const act of early) act();
    const parameters = fn.class === undefined ? new Uint8Array() : runner.#encode(given.parameters ?? []);
    const { maxInputs: concurrency } = fn.concurrent;
    const { external } = bundle;
    const { app } = opened.manifest;
    const init = { type: 'init', protocol: PROTOCOL_VERSION, app, function: name, concurrency } as const;
    const env = given.env ?? {};
    const { orphanMs = 0, memo = new Uint8Array() } = given;
    runner.send({ ...init, env, parameters, external, orphanMs, memo, bundle: encodeBundle(bundle) });
    // As the scheduler does: before it, a runner has nothing to run calls with.
    await runner.heard('ready');
    return runner;
  }

  /** Takes back the container of a function, once it has said what it holds. */
  static async adopt(
    backend: ContainerBackend,
    found: AdoptableContainer,
    opened: OpenApp,
  ): Promise<StartedRunner> {
    const fn = opened.manifest.functions.find((each) => each.name === found.functionName);
    if (fn === undefined) throw new Error(`the fixture has no function ${found.functionName}`);
    // It speaks some time after the session is there.
    const hear = Promise.withResolvers<StartedRunner>();
    const session = await RunnerSession.adopt(
      backend,
      found,
      {
        onMessage: (message) => void hear.promise.then((runner) => runner.#hear(message)),
        onLog: (call, source, bytes) =>
          void hear.promise.then((runner) => runner.#print(call, source, bytes)),
        onExit: ({ code }) => void hear.promise.then((runner) => runner.#note({ type: 'exit', code })),
      },
      RUNNER_BYTES,
    );
    const runner = new StartedRunner(session, (value) => encodeFor(fn, value, 'args'));
    hear.resolve(runner);
    await runner.heard('resumed');
    return runner;
  }

  send(message: EngineMessage): void {
    this.#session.send(message);
  }

  call(call: number, args: unknown[], method = ''): void {
    this.send({ type: 'call', call, id: `fc-${call}`, attempt: 1, method, payload: this.#encode(args) });
  }

  /** Calls that run as one, numbered from 1. */
  batch(calls: unknown[][]): void {
    const payloads = calls.map((args) => Buffer.from(this.#encode(args)));
    const numbers = calls.map((_, index) => index + 1);
    this.send({
      type: 'batch',
      method: '',
      calls: numbers,
      ids: numbers.map((number) => `fc-${number}`),
      attempts: numbers.map(() => 1),
      lengths: payloads.map(({ length }) => length),
      payloads: Buffer.concat(payloads),
    });
  }

  /** The backend's id of its container. */
  get containerId(): string {
    return this.#session.containerId;
  }

  /** The first message that fits, once it was said. */
  async heard(type: Said['type'], call?: number): Promise<Said> {
    const fits = (said: Said) => said.type === type && (call === undefined || said.call === call);
    return this.#until(() => this.said.find(fits), `${type} ${call ?? ''}`);
  }

  /** Waits until a text was printed, by any call. */
  async shows(text: string): Promise<void> {
    await this.#until(() => (this.printedText().includes(text) ? true : undefined), `the output ${text}`);
  }

  /** All that was printed by a call, or by all. */
  printedText(call?: number, source?: string): string {
    return this.printed
      .filter((each) => (call === undefined || each.call === call) && (!source || each.source === source))
      .map(({ text }) => text)
      .join('');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session.kill();
  }

  async #until<T>(look: () => T | undefined, what: string): Promise<T> {
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      const ended = this.said.find(({ type }) => type === 'exit');
      if (ended !== undefined) {
        throw new Error(
          `ended with ${ended.code} before ${what}: ${JSON.stringify(this.said)} ${this.printedText()}`,
        );
      }
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
  }

  #hear(message: Exclude<RunnerMessage, { type: 'log' }>): void {
    const { type } = message;
    if (type === 'failed') this.#note({ type, call: message.call, value: decodeValue(message.error) });
    else if (type === 'init-failed') this.#note({ type, value: decodeValue(message.error) });
    else if (type === 'succeeded' || type === 'value')
      this.#note({ type, call: message.call, value: decodeValue(message.payload) });
    else if (type === 'pong') this.#note({ type, call: message.nonce });
    else if (type === 'resumed') this.#note({ type, value: message });
    else this.#note({ type });
  }

  #print(call: number, source: string, bytes: Uint8Array): void {
    this.printed.push({ call, source, text: Buffer.from(bytes).toString() });
    this.#changed();
  }

  #note(said: Said): void {
    this.said.push(said);
    this.#changed();
  }
}
