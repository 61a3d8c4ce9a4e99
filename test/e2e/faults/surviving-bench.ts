/**
 * A server that is killed and started again, the gate where the functions of its app wait, and what became of their calls.
 *
 * The server is test/fixtures/programs/surviving-server.ts in a process of its own; this keeps calls and outcomes, like a store.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type Docker from 'dockerode';
import { connectDocker } from '../../../src/runtime/containers/docker/docker-client.ts';
import { newId } from '../../../src/shared/ids.ts';

interface SubmittedCall {
  readonly id: string;
  readonly fn: string;
  readonly args: readonly unknown[];
}

export type ToServer =
  | { readonly kind: 'submit'; readonly calls: readonly SubmittedCall[]; readonly resumed: boolean }
  | { readonly kind: 'kept'; readonly id: string }
  | { readonly kind: 'all-resumed' | 'containers' | 'reap' | 'leave' | 'close' };

export type FromServer =
  | { readonly kind: 'up' | 'reaped' }
  | { readonly kind: 'outcome'; readonly id: string; readonly state: string; readonly value: unknown }
  | { readonly kind: 'containers'; readonly states: readonly string[] };

const PROGRAM = fileURLToPath(new URL('../../fixtures/programs/surviving-server.ts', import.meta.url));
const APP = fileURLToPath(new URL('apps/surviving.ts', import.meta.url));

/** Far beyond what anything takes; only a defect is that slow. */
const LIMIT_MS = 60_000;

export class SurvivingBench implements AsyncDisposable {
  readonly serverId = randomBytes(16).toString('hex');
  /** The engine, past dray. */
  docker!: Docker;
  port = 0;
  /** How often the code of each call began, by what it told the gate. */
  readonly begun = new Map<string, number>();
  /** Every outcome that was told, by call. */
  readonly outcomes = new Map<string, { state: string; value: unknown }[]>();
  readonly #dockerHost: string;
  readonly #stack = new AsyncDisposableStack();
  readonly #calls: SubmittedCall[] = [];
  readonly #waiting = new Map<string, ServerResponse[]>();
  readonly #open = new Set<string>();
  readonly #watchers = new Set<() => void>();
  #server: ChildProcess | undefined;
  #containers: readonly string[] | undefined;
  #reaped = false;
  /** Outcomes are not acknowledged while this is set. */
  keepsNothing = false;
  /** Outcomes that were told meanwhile. */
  unkept = 0;

  private constructor(dockerHost: string) {
    this.#dockerHost = dockerHost;
  }

  static async open(dockerHost: string): Promise<SurvivingBench> {
    const bench = new SurvivingBench(dockerHost);
    const client = bench.#stack.adopt(
      await connectDocker({ host: dockerHost, source: 'DOCKER_HOST' }),
      (each) => each.close(),
    );
    bench.docker = client.docker;
    const gate = createServer(({ url = '' }, response) => bench.#atGate(url.slice(1), response));
    gate.listen(0, '0.0.0.0');
    await once(gate, 'listening');
    bench.#stack.defer(() => {
      gate.closeAllConnections();
      gate.close();
    });
    bench.port = (gate.address() as AddressInfo).port;
    return bench;
  }

  /** Starts the server. Calls that have no outcome are handed in again, as those of an earlier process. */
  async start({ version = '', orphanMs = 86_400_000 } = {}): Promise<void> {
    const server = fork(PROGRAM, [this.#dockerHost, this.serverId, APP, version, String(orphanMs)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#server = server;
    const up = Promise.withResolvers<void>();
    server.on('message', (message: FromServer) => {
      if (message.kind === 'up') return void up.resolve();
      if (message.kind === 'reaped') this.#reaped = true;
      if (message.kind === 'containers') this.#containers = message.states;
      if (message.kind === 'outcome') this.#settled(message);
      this.#tell();
    });
    server.once('exit', (code) => up.reject(new Error(`the server ended with ${code}`)));
    await up.promise;
    const unsettled = this.#calls.filter(({ id }) => !this.outcomes.has(id));
    this.#send({ kind: 'submit', calls: unsettled, resumed: true });
    this.#send({ kind: 'all-resumed' });
  }

  /** kill -9. Resolves when it is gone. */
  async kill(): Promise<void> {
    await this.#end((server) => server.kill('SIGKILL'));
  }

  /** Ends it in order, and leaves or ends its containers. */
  async end(how: 'leave' | 'close'): Promise<void> {
    await this.#end(() => this.#send({ kind: how }));
  }

  /** Makes calls. Gives their ids. */
  submit(fn: string, each: readonly (readonly unknown[])[]): string[] {
    const calls = each.map((args) => ({ id: newId('fc'), fn, args: [this.port, ...args] }));
    this.#calls.push(...calls);
    this.#send({ kind: 'submit', calls, resumed: false });
    return calls.map(({ id }) => id);
  }

  /** Lets those go on that wait at the gate under these names, or come there. */
  letGo(names: readonly string[]): void {
    for (const name of names) {
      this.#open.add(name);
      for (const response of this.#waiting.get(name) ?? []) response.end();
      this.#waiting.delete(name);
    }
  }

  /** Resolves when the code of a call has told each of these names. */
  async untilBegun(names: readonly string[]): Promise<void> {
    await this.until(() => names.every((name) => this.begun.has(name)));
  }

  /** The values that calls succeeded with, once they have. Each has one outcome. */
  async results(ids: readonly string[]): Promise<unknown[]> {
    await this.until(() => ids.every((id) => this.outcomes.has(id)));
    return ids.map((id) => {
      const [first, ...more] = this.outcomes.get(id) ?? [];
      if (more.length > 0) throw new Error(`the call ${id} has more than one outcome`);
      if (first?.state !== 'succeeded') throw new Error(`the call ${id} ended ${JSON.stringify(first)}`);
      return first.value;
    });
  }

  /** Has the server end what others left on its Docker, as far as that is its business. */
  async reap(): Promise<void> {
    this.#reaped = false;
    this.#send({ kind: 'reap' });
    await this.until(() => this.#reaped);
  }

  /** The containers that the server knows: function and state. */
  async containers(): Promise<readonly string[]> {
    this.#containers = undefined;
    this.#send({ kind: 'containers' });
    await this.until(() => this.#containers !== undefined);
    return this.#containers as unknown as readonly string[];
  }

  /** Ids of its containers, by the engine. */
  async containerIds(fn?: string): Promise<string[]> {
    const label = [
      `dev.dray.server=${this.serverId}`,
      ...(fn === undefined ? [] : [`dev.dray.function=${fn}`]),
    ];
    const found = await this.docker.listContainers({ all: true, filters: { label } });
    return found.map(({ Id }) => Id).sort();
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
    if (this.#server !== undefined) await this.kill();
    await Promise.all(
      (await this.containerIds()).map((id) =>
        this.docker
          .getContainer(id)
          .remove({ force: true })
          .catch(() => {}),
      ),
    );
    await this.#stack.disposeAsync();
  }

  async #end(act: (server: ChildProcess) => void): Promise<void> {
    const server = this.#server as ChildProcess;
    const gone =
      server.exitCode !== null || server.signalCode !== null ? Promise.resolve() : once(server, 'exit');
    act(server);
    await gone;
    this.#server = undefined;
  }

  #send(message: ToServer): void {
    this.#server?.send(message);
  }

  #settled({ id, state, value }: Extract<FromServer, { kind: 'outcome' }>): void {
    if (this.keepsNothing) {
      this.unkept++;
      return;
    }
    this.outcomes.set(id, [...(this.outcomes.get(id) ?? []), { state, value }]);
    this.#send({ kind: 'kept', id });
  }

  #atGate(name: string, response: ServerResponse): void {
    this.begun.set(name, (this.begun.get(name) ?? 0) + 1);
    if (this.#open.has(name)) response.end();
    else this.#waiting.set(name, [...(this.#waiting.get(name) ?? []), response]);
    this.#tell();
  }

  #state(): string {
    return JSON.stringify({ begun: [...this.begun], outcomes: [...this.outcomes] }).slice(0, 2000);
  }

  #tell(): void {
    for (const watch of this.#watchers) watch();
  }
}
