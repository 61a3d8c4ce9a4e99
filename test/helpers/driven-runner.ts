/**
 * A real runner in a process of its own, driven by messages: what an engine sends is written out by the test.
 *
 * The runner is bundled from its source, once for each test file. Waiting is for messages, in the order in which they came;
 * a message that never comes ends the test by the test's own limit, with what came instead.
 */
import { build } from 'esbuild';
import { encodeBundle } from '../../src/protocol/bundle.ts';
import {
  type EngineMessage,
  PROTOCOL_VERSION,
  type RunnerMessage,
} from '../../src/protocol/runner-messages.ts';
import { decodeValue, encodeValue } from '../../src/protocol/value-codec.ts';
import { bundleApp } from '../../src/runtime/app/bundle-app.ts';
import { loadApp } from '../../src/runtime/app/load-app.ts';
import { RUNNER_COMMANDS } from '../../src/runtime/channel/bootstrap.ts';
import { RunnerSession } from '../../src/runtime/channel/runner-session.ts';
import type { ContainerExit } from '../../src/runtime/containers/container-backend.ts';
import { ProcessBackend } from '../../src/runtime/containers/process/process-backend.ts';
import { tempFolder } from '../unit/runtime/app/temp-app.ts';

/** The runner's code, bundled as the build does it. */
export async function runnerCode(): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [new URL('../../src/runtime/runner/main.ts', import.meta.url).pathname],
    bundle: true,
    write: false,
    minify: true,
    keepNames: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
  });
  return outputFiles[0]?.contents as Uint8Array;
}

let built: Promise<Uint8Array> | undefined;

export interface DriveOptions {
  /** Body of the app's file, after `const app = new App("driven")`. */
  readonly source: string;
  /** Name of the function or class to serve. */
  readonly serve: string;
  readonly concurrency?: number;
  /** Constructor arguments. */
  readonly parameters?: readonly unknown[];
}

/** Far beyond what anything takes; only a defect is that slow. */
const LIMIT_MS = 15_000;

type Answer = Exclude<RunnerMessage, { type: 'log' }>;

export class DrivenRunner implements AsyncDisposable {
  readonly #backend = new ProcessBackend();
  readonly #messages: Answer[] = [];
  readonly #watchers = new Set<() => void>();
  /** Text printed so far, by the number of the call it belongs to. */
  readonly printed = new Map<number, string>();
  #session!: RunnerSession;
  /** How the process ended. */
  exited!: Promise<ContainerExit>;

  /** Starts it, sends `init` and waits until it is ready, or has said why it cannot be. */
  static async start({ source, serve, concurrency = 1, parameters }: DriveOptions): Promise<DrivenRunner> {
    built ??= runnerCode();
    using folder = tempFolder({
      'app.ts': `import { App, FunctionCall, attemptsOf, currentCall, enter, exit } from "dray";\nconst app = new App("driven");\n${source}`,
    });
    using app = await loadApp(folder.file('app.ts'));
    const bundle = await bundleApp({ app, installed: [] });
    const runner = new DrivenRunner();
    const spec = {
      app: 'driven',
      functionName: serve,
      image: '',
      command: RUNNER_COMMANDS.node,
      env: {},
      cpu: 1,
      memoryMiB: 1,
    };
    const { promise, resolve } = Promise.withResolvers<ContainerExit>();
    runner.exited = promise;
    runner.#session = await RunnerSession.start(runner.#backend, spec, await built, {
      onMessage: (message) => {
        runner.#messages.push(message);
        runner.#tell();
      },
      onLog: (call, _, bytes) => {
        runner.printed.set(call, (runner.printed.get(call) ?? '') + Buffer.from(bytes).toString());
        runner.#tell();
      },
      onExit: resolve,
    });
    runner.send({
      type: 'init',
      protocol: PROTOCOL_VERSION,
      app: 'driven',
      function: serve,
      env: {},
      concurrency,
      parameters: parameters === undefined ? new Uint8Array() : encodeValue(parameters, 'parameters'),
      external: bundle.external,
      orphanMs: 0,
      memo: new Uint8Array(),
      bundle: encodeBundle(bundle),
    });
    await runner.until(() => runner.#messages.some(({ type }) => type === 'ready' || type === 'init-failed'));
    return runner;
  }

  send(message: EngineMessage): void {
    this.#session.send(message);
  }

  /** Sends a call with arguments; its id is `fc-` and its number. */
  call(number: number, args: readonly unknown[] = [], method = ''): void {
    const payload = encodeValue(args, 'args');
    this.send({ type: 'call', call: number, id: `fc-${number}`, attempt: 1, method, payload });
  }

  /** Sends calls as one batch. */
  batch(calls: Readonly<Record<number, readonly unknown[]>>, method = ''): void {
    const numbers = Object.keys(calls).map(Number);
    const payloads = numbers.map((number) => encodeValue(calls[number], 'args'));
    this.send({
      type: 'batch',
      method,
      calls: numbers,
      ids: numbers.map((number) => `fc-${number}`),
      attempts: numbers.map(() => 1),
      lengths: payloads.map(({ length }) => length),
      payloads: Buffer.concat(payloads),
    });
  }

  /** The next message of a type, for a call or request where one is given; those before it stay. */
  async next<T extends Answer['type']>(type: T, number?: number): Promise<Extract<Answer, { type: T }>> {
    const isNext = (message: Answer) =>
      message.type === type &&
      (number === undefined ||
        ('call' in message ? message.call : 'request' in message ? message.request : 0) === number);
    await this.until(() => this.#messages.some(isNext));
    const [found] = this.#messages.splice(this.#messages.findIndex(isNext), 1);
    return found as Extract<Answer, { type: T }>;
  }

  /** The value that a call succeeds with. */
  async result(call: number): Promise<unknown> {
    return decodeValue((await this.next('succeeded', call)).payload);
  }

  /** The error that a call fails with. */
  async failure(call: number): Promise<Error & { code?: string }> {
    return decodeValue((await this.next('failed', call)).error) as Error;
  }

  /** Messages that came and were not asked for. */
  get left(): readonly Answer[] {
    return this.#messages.filter(({ type }) => type !== 'hello' && type !== 'ready');
  }

  /** Resolves when a call, or 0, has printed a text. */
  async says(call: number, text: string): Promise<void> {
    await this.until(() => this.printed.get(call)?.includes(text) === true);
  }

  /** Resolves when everything sent so far was taken in: messages are handled in order. */
  async taken(): Promise<void> {
    const nonce = Math.trunc(Math.random() * 1e9);
    this.send({ type: 'ping', nonce });
    await this.next('pong');
  }

  async until(condition: () => boolean): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const watch = () => {
      if (condition()) resolve();
    };
    const limit = setTimeout(() => reject(new Error(`it never came; there is ${this.#state()}`)), LIMIT_MS);
    this.#watchers.add(watch);
    watch();
    await promise.finally(() => {
      clearTimeout(limit);
      this.#watchers.delete(watch);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#backend.close();
  }

  #state(): string {
    return JSON.stringify({ messages: this.#messages, printed: [...this.printed] });
  }

  #tell(): void {
    for (const watch of this.#watchers) watch();
  }
}
