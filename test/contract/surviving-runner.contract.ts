/**
 * What every runner does whose engine goes away and comes back, whatever language it runs.
 */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeFrame } from '../../src/protocol/frame-codec.ts';
import type { FunctionManifest } from '../../src/protocol/manifest.ts';
import { MARK_START } from '../../src/protocol/resync-mark.ts';
import { encodeMessage, type RunnerResumed } from '../../src/protocol/runner-messages.ts';
import { type OpenApp, openApp } from '../../src/runtime/app/open-app.ts';
import { bootstrapBytes, RUNNER_COMMANDS } from '../../src/runtime/channel/bootstrap.ts';
import { RunnerSession } from '../../src/runtime/channel/runner-session.ts';
import type { ContainerBackend, StartedContainer } from '../../src/runtime/containers/container-backend.ts';
import { containerSpecFor } from '../../src/runtime/containers/container-spec.ts';
import { readRunnerSources } from '../../src/runtime/engine/runner-source.ts';
import { StartedRunner } from './started-runner.ts';

export interface SurvivingRunnerUnderTest {
  /** The name that a function of the fixture has in this language. */
  named(name: string): string;
  readonly image: string;
  /** A backend of the server with this id. */
  open(serverId: string): Promise<ContainerBackend>;
  /** Runs a program in a container. */
  run(containerId: string, command: readonly string[]): Promise<void>;
  /** Whether anything is left of a container. */
  isLeft(containerId: string): Promise<boolean>;
}

const FIXTURE = new URL('../fixtures/apps/runners/app.ts', import.meta.url).pathname;
const MEMO = Buffer.from('what an engine needs to know');

export function describeSurvivingRunner(name: string, under: SurvivingRunnerUnderTest): void {
  describe(`${name}: a runner that outlives its engine`, () => {
    let opened: OpenApp;
    beforeAll(async () => {
      opened = await openApp(FIXTURE);
    });
    afterAll(() => opened.app[Symbol.dispose]());

    const scene = () => Scene.open(under, opened);
    const resumedOf = (runner: StartedRunner) =>
      runner.said.find(({ type }) => type === 'resumed')?.value as RunnerResumed;

    it('says what it holds, and sends again what nobody acknowledged', async () => {
      await using bench = await scene();
      const first = await bench.start('awaits');
      for (const call of [1, 2]) first.call(call, ['']);
      await first.heard('succeeded', 2);
      first.send({ type: 'acknowledge', calls: [1] });
      first.call(3, ['/tmp/go']);
      first.call(4, ['']);
      await first.shows('waits for /tmp/go');
      await bench.leave();

      const second = await bench.adopt();
      const { calls, ...held } = resumedOf(second);
      expect(held).toMatchObject({ accepting: true, lastCall: 4, running: [[3]], waiting: [[4]] });
      expect(Buffer.from(held.memo)).toEqual(MEMO);
      expect(calls.map(([number, id, attempt]) => [number, id, attempt]).sort()).toEqual([
        [2, 'fc-2', 1],
        [3, 'fc-3', 1],
        [4, 'fc-4', 1],
      ]);
      expect((await second.heard('succeeded', 2)).value).toBe('');
      await bench.touch('/tmp/go');
      expect((await second.heard('succeeded', 3)).value).toBe('/tmp/go');
      await second.heard('succeeded', 4);
      expect(second.said.filter(({ type, call }) => type === 'succeeded' && call === 1)).toEqual([]);
      second.call(5, ['']);
      await second.heard('succeeded', 5);
    });

    it('keeps the result of a call that ends while nobody is there, a large one too', async () => {
      await using bench = await scene();
      const first = await bench.start('echo');
      const large = Buffer.alloc(3_000_000, 'x');
      first.call(1, [large]);
      await first.heard('succeeded', 1);
      await bench.leave();
      const second = await bench.adopt();
      expect((await second.heard('succeeded', 1)).value).toEqual(large);
      await bench.leave();
      const third = await bench.adopt();
      expect((await third.heard('succeeded', 1)).value).toEqual(large);
    });

    it.each([0, 3, 6, 40, 150_000])(
      'begins afresh after %i bytes of a call that was cut off',
      async (length) => {
        await using bench = await scene();
        const first = await bench.start('echo');
        const payload = Buffer.alloc(200_000, 'y');
        const call = { type: 'call', call: 9, id: 'fc-9', attempt: 1, method: '', payload } as const;
        bench.raw.write(Buffer.concat(encodeFrame(encodeMessage(call), true)).subarray(0, length));
        await bench.leave();
        const second = await bench.adopt();
        expect(resumedOf(second)).toMatchObject({ accepting: true, lastCall: 0, calls: [] });
        second.call(1, ['sound']);
        expect((await second.heard('succeeded', 1)).value).toBe('sound');
        expect(first.said.filter(({ type }) => type === 'exit')).toEqual([]);
      },
    );

    it.each([0, 3, 4, 1000])('ends where only %i bytes of it arrived', async (length) => {
      await using bench = await scene();
      const id = await bench.startPartly('echo', length);
      await bench.leave();
      await bench.adoptUnheard();
      await expect.poll(() => under.isLeft(id), { timeout: 30_000, interval: 100 }).toBe(false);
    });

    it('drops a frame that is not as it was sent, and what follows, until another engine comes', async () => {
      await using bench = await scene();
      const first = await bench.start('echo');
      const frame = Buffer.concat(
        encodeFrame(
          encodeMessage({
            type: 'call',
            call: 1,
            id: 'fc-1',
            attempt: 1,
            method: '',
            payload: Buffer.alloc(9),
          }),
          true,
        ),
      );
      frame.writeUInt8(frame.readUInt8(20) ^ 1, 20);
      bench.raw.write(frame);
      first.call(2, ['unheard']);
      await bench.leave();
      const second = await bench.adopt();
      expect(resumedOf(second)).toMatchObject({ lastCall: 0, running: [], waiting: [], calls: [] });
      second.call(3, ['heard']);
      expect((await second.heard('succeeded', 3)).value).toBe('heard');
    });

    it('cancels generators: nobody can take up their reading', async () => {
      await using bench = await scene();
      const first = await bench.start('count');
      first.call(1, [1000]);
      first.send({ type: 'credit', call: 1, count: 1 });
      await first.heard('value', 1);
      await bench.leave();
      const second = await bench.adopt();
      expect(resumedOf(second).calls).toEqual([]);
      await second.heard('failed', 1);
      expect(second.printedText()).toContain('closed');
      await bench.leave();
      // Its answer is nobody's: it is not kept.
      const third = await bench.adopt();
      expect(resumedOf(third)).toMatchObject({ running: [], waiting: [], calls: [] });
    });

    it('goes on when the same engine is lost again and again', async () => {
      await using bench = await scene();
      await bench.start('awaits');
      for (let round = 1; round <= 4; round++) {
        await bench.leave();
        const next = await bench.adopt();
        next.call(round, ['']);
        await next.heard('succeeded', round);
        expect(resumedOf(next).lastCall).toBe(round - 1);
        expect(resumedOf(next).calls).toHaveLength(round - 1);
      }
    });

    it('ends by itself where no engine comes back', async () => {
      await using bench = await scene();
      const first = await bench.start('echo', 400);
      first.call(1, ['a']);
      await first.heard('succeeded', 1);
      const id = first.containerId;
      await bench.leave();
      await expect.poll(() => under.isLeft(id), { timeout: 30_000, interval: 100 }).toBe(false);
    });
  });
}

/** A container, and one backend after another that has it. */
class Scene implements AsyncDisposable {
  readonly #under: SurvivingRunnerUnderTest;
  readonly #opened: OpenApp;
  readonly #serverId = randomBytes(16).toString('hex');
  #backend: ContainerBackend;
  #containerId = '';
  /** The container past the session. */
  raw!: StartedContainer;

  private constructor(under: SurvivingRunnerUnderTest, opened: OpenApp, backend: ContainerBackend) {
    this.#under = under;
    this.#opened = opened;
    this.#backend = backend;
  }

  static async open(under: SurvivingRunnerUnderTest, opened: OpenApp): Promise<Scene> {
    const scene = new Scene(under, opened, undefined as unknown as ContainerBackend);
    scene.#backend = await under.open(scene.#serverId);
    return scene;
  }

  async start(fn: string, orphanMs = 86_400_000): Promise<StartedRunner> {
    const survival = newSurvival();
    const backend = {
      start: async (...given: Parameters<ContainerBackend['start']>) => {
        this.raw = await this.#backend.start(...given);
        return this.raw;
      },
    } as unknown as ContainerBackend;
    const { image, named } = this.#under;
    const runner = await StartedRunner.start(backend, this.#opened, named(fn), {
      image,
      survival,
      orphanMs,
      memo: MEMO,
    });
    this.#containerId = runner.containerId;
    return runner;
  }

  /** Starts a container whose engine is gone when so many bytes of the runner were written. Gives its id. */
  async startPartly(fn: string, length: number): Promise<string> {
    const { manifest } = this.#opened;
    const declared = manifest.functions.find(
      ({ name }) => name === this.#under.named(fn),
    ) as FunctionManifest;
    const place = { app: manifest.app, environment: 'main' };
    const command = RUNNER_COMMANDS[declared.runtime];
    const spec = containerSpecFor(place, declared, { image: this.#under.image }, command, newSurvival());
    const container = await this.#backend.start(spec, { onChannel: () => {}, onOutput: () => {} });
    const sources = await readRunnerSources();
    container.write(bootstrapBytes(sources[declared.runtime]).subarray(0, length));
    this.#containerId = container.id;
    return container.id;
  }

  /** The next process asks the container, and gets no answer. */
  async adoptUnheard(): Promise<void> {
    this.#backend = await this.#under.open(this.#serverId);
    const [found] = await this.#backend.adoptable();
    const ignored = { onMessage: () => {}, onLog: () => {}, onExit: () => {} };
    if (found !== undefined) await RunnerSession.adopt(this.#backend, found, ignored, 1_000_000);
  }

  /** The engine's process is gone. */
  async leave(): Promise<void> {
    await this.#backend.leave();
  }

  /** The next process has the container. */
  async adopt(): Promise<StartedRunner> {
    this.#backend = await this.#under.open(this.#serverId);
    const [found, ...more] = await this.#backend.adoptable();
    if (found === undefined || more.length > 0)
      throw new Error(`there are ${more.length} containers more than one`);
    expect(found).toMatchObject({
      id: this.#containerId,
      app: 'runners',
      environment: 'main',
      pool: 'a pool',
    });
    return StartedRunner.adopt(this.#backend, found, this.#opened);
  }

  async touch(file: string): Promise<void> {
    await this.#under.run(this.#containerId, ['touch', file]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#backend.leave();
    this.#backend = await this.#under.open(this.#serverId);
    for (const found of await this.#backend.adoptable()) await this.#backend.discard(found);
    await this.#backend.close();
  }
}

function newSurvival() {
  return { pool: 'a pool', mark: Buffer.concat([MARK_START, randomBytes(28)]).toString('hex') };
}
