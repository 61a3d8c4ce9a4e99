/**
 * What every container backend must do, run against each of them.
 *
 * The suite uses the port alone; what the port cannot tell (is it really gone?) the caller of the suite answers.
 */
import { createHash } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ContainerBackend, StartedContainer } from '../../src/runtime/containers/container-backend.ts';
import type { ContainerSpec } from '../../src/runtime/containers/container-spec.ts';
import { BLOCKS, DEAF, EATS_MEMORY, ECHO, program, WAITS } from './container-programs.ts';
import { ContainerWatch } from './container-watch.ts';
import { startOwner } from './started-owner.ts';

export interface ContractOptions {
  /** A present image with Node; any text where the backend has no images. */
  readonly image: string;
  /** Whether it enforces limits: the tests of limits run, or one test says that it does not. */
  readonly limits: boolean;
  /** Arguments of test/fixtures/programs/container-owner.ts that make it open the same backend. */
  readonly ownerArguments: readonly string[];
  /** Whether anything is left of a container, by its id. */
  isLeft(id: string): Promise<boolean>;
}

const MIB = 1_048_576;

/** Declares the suite for one backend. */
export function describeContainerBackend(
  name: string,
  open: () => Promise<ContainerBackend>,
  options: ContractOptions,
): void {
  const spec = (command: readonly string[], more: Partial<ContainerSpec> = {}): ContainerSpec => ({
    app: 'contract',
    functionName: 'program',
    image: options.image,
    command,
    env: {},
    cpu: 0.125,
    memoryMiB: 128,
    ...more,
  });
  const run = async (
    backend: ContainerBackend,
    command: readonly string[],
    more?: Partial<ContainerSpec>,
  ) => {
    const watch = new ContainerWatch();
    const container = await backend.start(spec(command, more), watch);
    return { watch, container };
  };

  describe(`${name}: container backend`, () => {
    it.each([0, 7, 127])('reports exit code %i of a program that ends by itself', async (code) => {
      await using backend = await open();
      const { container } = await run(backend, program(`say('up'); process.exit(${code})`));
      expect(await container.exited).toEqual({ code, outOfMemory: false });
    });

    it('reports 128 + n for a program that ends by signal n', async () => {
      await using backend = await open();
      const { container } = await run(
        backend,
        program(`process.kill(process.pid, 'SIGTERM'); setInterval(() => {}, 1e9)`),
      );
      expect(await container.exited).toMatchObject({ code: 143 });
    });

    it('ends a container at once when it is killed, and leaves nothing of it', async () => {
      await using backend = await open();
      const { container, watch } = await run(backend, BLOCKS);
      await watch.untilChannelHas('up');
      await container.kill();
      expect(await container.exited).toEqual({ code: 137, outOfMemory: false });
      expect(await options.isLeft(container.id)).toBe(false);
    });

    it('takes a kill of a container that is gone, or is being killed, for done', async () => {
      await using backend = await open();
      const { container } = await run(backend, DEAF);
      await Promise.all([container.kill(), container.kill()]);
      await container.kill();
      const { container: ended } = await run(backend, program(''));
      await ended.exited;
      await ended.kill();
      expect(await ended.exited).toMatchObject({ code: 0 });
    });

    it('ends the children of a killed program with it', async () => {
      await using backend = await open();
      const { container, watch } = await run(
        backend,
        program(`const child = require('child_process').spawn('sleep', ['1000'], { stdio: 'inherit' });
          say(String(child.pid) + '.'); setInterval(() => {}, 1e9)`),
      );
      await watch.untilChannelHas('.');
      await container.kill();
      // The child holds stdout and stderr: they close when it is gone, and not before.
      expect(await container.exited).toMatchObject({ code: 137 });
    });

    it('carries bytes both ways and ends the program when its channel is closed', async () => {
      await using backend = await open();
      const { container, watch } = await run(backend, ECHO);
      container.write(Buffer.from('ping'));
      await watch.untilChannelHas('ping');
      container.write(Buffer.from(' pong'));
      await watch.untilChannelHas('ping pong');
      container.end();
      expect(await container.exited).toEqual({ code: 0, outOfMemory: false });
      expect(watch.channelText()).toBe('ping pong');
    });

    it('carries 20 MiB both ways unchanged, with little of it in memory at a time', async () => {
      await using backend = await open();
      const { container, watch } = await run(backend, ECHO);
      const chunk = Buffer.from(Array.from({ length: MIB / 4 }, (_, index) => (index * 31) % 251));
      const sent = createHash('sha256');
      let inFlight = 0;
      for (let written = 0; written < 20 * MIB; written += chunk.length) {
        chunk.writeUInt32BE(written, 0);
        const bytes = Buffer.from(chunk);
        sent.update(bytes);
        if (!container.write(bytes)) await container.drained();
        inFlight = Math.max(inFlight, written + chunk.length - watch.channelBytes);
      }
      container.end();
      expect(await container.exited).toMatchObject({ code: 0 });
      expect(watch.channelBytes).toBe(20 * MIB);
      expect(createHash('sha256').update(watch.channel()).digest('hex')).toBe(sent.digest('hex'));
      expect(inFlight).toBeLessThan(10 * MIB);
    });

    it('settles exited after the last byte, however late and large it was', async () => {
      await using backend = await open();
      const { container, watch } = await run(
        backend,
        program(`const last = Buffer.alloc(3e6, 'x');
          for (let at = 0; at < last.length; ) at += fs.writeSync(4, last, at);
          fs.writeSync(2, 'last words'); process.exit(3)`),
      );
      expect(await container.exited).toMatchObject({ code: 3 });
      expect(watch.channelBytes).toBe(3e6);
      expect(watch.output('stderr')).toBe('last words');
    });

    it('keeps what the program and its children print off the channel', async () => {
      await using backend = await open();
      const { container, watch } = await run(
        backend,
        program(`const { spawnSync } = require('child_process');
          console.log('printed'); console.error('to stderr');
          spawnSync('sh', ['-c', 'echo from a child; echo child to stderr >&2'], { stdio: 'inherit' });
          spawnSync('sh', ['-c', '(echo stray >&4) 2>/dev/null; (echo stray >&3) 2>/dev/null'], { stdio: 'inherit' });
          fs.writeSync(1, 'by fd');
          say('channel')`),
      );
      await container.exited;
      expect(watch.channelText()).toBe('channel');
      expect(watch.output('stderr')).toBe('to stderr\nchild to stderr\n');
    });

    it('gives the program nothing to read on fd 0', async () => {
      await using backend = await open();
      const { container, watch } = await run(
        backend,
        program(`say(JSON.stringify(fs.readFileSync(0, 'utf8')))`),
      );
      await container.exited;
      expect(watch.channelText()).toBe('""');
    });

    it('holds the writer back while the program does not read', async () => {
      await using backend = await open();
      const { container, watch } = await run(backend, DEAF);
      await watch.untilChannelHas('up');
      const bytes = Buffer.alloc(MIB);
      let written = 0;
      while (container.write(bytes)) {
        written++;
        await new Promise(setImmediate);
        expect(written, 'MiB that nobody reads').toBeLessThan(64);
      }
      const drained = container.drained();
      expect(await Promise.race([drained.then(() => 'drained'), settled(container.drained())])).toBe(
        'pending',
      );
      await container.kill();
      await drained;
      expect(container.write(bytes)).toBe(true);
    });

    it('gives the program its environment, and nothing of ours', async () => {
      process.env.DRAY_TEST_SECRET = 'token';
      onTestFinished(() => void delete process.env.DRAY_TEST_SECRET);
      await using backend = await open();
      const text = 'two words, "quotes" = ünï\nand a line';
      const { container, watch } = await run(
        backend,
        program(`const { GREETING, DRAY_TEST_SECRET, PATH } = process.env;
          say(JSON.stringify([GREETING, DRAY_TEST_SECRET ?? null, Boolean(PATH)]))`),
        { env: { GREETING: text } },
      );
      await container.exited;
      expect(JSON.parse(watch.channelText())).toEqual([text, null, true]);
    });

    it('gives the program a place to write files', async () => {
      await using backend = await open();
      const { container, watch } = await run(
        backend,
        program(`fs.writeFileSync('note', 'kept'); say(fs.readFileSync('note', 'utf8'))`),
      );
      await container.exited;
      expect(watch.channelText()).toBe('kept');
    });

    it('runs 8 containers at once and mixes up none of them', async () => {
      await using backend = await open();
      const started = await Promise.all(Array.from({ length: 8 }, () => run(backend, ECHO)));
      for (const [index, { container }] of started.entries())
        container.write(Buffer.from(`container ${index}`));
      for (const [index, { watch }] of started.entries()) await watch.untilChannelHas(`container ${index}`);
      for (const { container } of started) container.end();
      for (const { container } of started) expect(await container.exited).toMatchObject({ code: 0 });
      expect(new Set(started.map(({ container }) => container.id)).size).toBe(8);
    });

    it('halts a container and lets it go on, with what was written meanwhile', async () => {
      await using backend = await open();
      expect(backend.capabilities.freeze).toBe(true);
      const { container, watch } = await run(backend, ECHO);
      container.write(Buffer.from('up'));
      await watch.untilChannelHas('up');
      expect(await container.probe()).toBe('running');
      await container.freeze();
      expect(await container.probe()).toBe('frozen');
      container.write(Buffer.from(' meanwhile'));
      // Long enough for an answer of a program that goes on.
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(watch.channelText()).toBe('up');
      await container.thaw();
      await watch.untilChannelHas(' meanwhile');
      expect(await container.probe()).toBe('running');
    });

    it('ends a frozen container, and leaves nothing of it', async () => {
      await using backend = await open();
      const { container, watch } = await run(backend, WAITS);
      await watch.untilChannelHas('up');
      await container.freeze();
      await container.kill();
      expect(await container.exited).toEqual({ code: 137, outOfMemory: false });
      expect(await container.probe()).toBe('gone');
      expect(await options.isLeft(container.id)).toBe(false);
    });

    it('leaves nothing of frozen containers after close', async () => {
      const backend = await open();
      const { container, watch } = await run(backend, BLOCKS);
      await watch.untilChannelHas('up');
      await container.freeze();
      await backend.close();
      expect(await container.exited).toMatchObject({ code: 137 });
      await expect.poll(() => options.isLeft(container.id)).toBe(false);
    });

    it('tells what the machine has', async () => {
      await using backend = await open();
      const capacity = await backend.capacity();
      expect(capacity.cpus).toBeGreaterThanOrEqual(1);
      expect(capacity.memoryMiB).toBeGreaterThan(64);
      expect(Number.isInteger(capacity.memoryMiB)).toBe(true);
    });

    it('leaves nothing after close, not even of containers that were just starting', async () => {
      const backend = await open();
      const watches = [new ContainerWatch(), new ContainerWatch()];
      const running = await Promise.all(watches.map((watch) => backend.start(spec(BLOCKS), watch)));
      const starting = backend.start(spec(DEAF), new ContainerWatch());
      await backend.close();
      const late: StartedContainer | undefined = await starting.catch(() => undefined);
      for (const container of [...running, ...(late ? [late] : [])]) {
        expect(await container.exited).toMatchObject({ code: 137 });
        await expect.poll(() => options.isLeft(container.id)).toBe(false);
      }
      await backend.close();
      await expect(backend.start(spec(DEAF), new ContainerWatch())).rejects.toThrow('closed');
    });

    it('ends the containers of a process that died, and no others', async () => {
      await using backend = await open();
      await backend.reapLeftovers();
      const { container: ours, watch } = await run(backend, WAITS);
      await watch.untilChannelHas('up');
      await using owner = await startOwner(options.ownerArguments, {
        waits: spec(WAITS),
        blocks: spec(BLOCKS),
      });
      expect(await backend.reapLeftovers(), 'reaped of a living owner').toBe(0);
      await owner.killed();
      // The one that listens to its channel ends by itself.
      await expect.poll(() => options.isLeft(owner.ids.waits as string)).toBe(false);
      expect(await options.isLeft(owner.ids.blocks as string)).toBe(true);
      expect(await backend.reapLeftovers()).toBe(1);
      await expect.poll(() => options.isLeft(owner.ids.blocks as string)).toBe(false);
      expect(await backend.reapLeftovers()).toBe(0);
      expect(await options.isLeft(ours.id)).toBe(true);
    });

    it('refuses a program that is not there, with an error that names it', async () => {
      await using backend = await open();
      const failure = await run(backend, ['no-such-program']).then(
        async ({ container }) => (await container.exited).error,
        (error: unknown) => error,
      );
      expect(failure).toMatchObject({ exitCode: 3, message: expect.stringContaining('no-such-program') });
    });

    it.runIf(options.limits)('names a container that the kernel killed for its memory', async () => {
      await using backend = await open();
      expect(backend.capabilities.limits).toBe(true);
      const { container } = await run(backend, EATS_MEMORY, { memoryLimitMiB: 96 });
      expect(await container.exited).toEqual({ code: 137, outOfMemory: true });
    });

    it.runIf(options.limits)('does not take a kill of ours for one by the kernel', async () => {
      await using backend = await open();
      const { container, watch } = await run(backend, DEAF, { memoryLimitMiB: 256 });
      await watch.untilChannelHas('up');
      await container.kill();
      expect(await container.exited).toEqual({ code: 137, outOfMemory: false });
    });

    it.runIf(options.limits)(
      'gives a program no more CPU than its limit, and lets a limit exceed the machine',
      async () => {
        await using backend = await open();
        const spin = program(`const start = process.hrtime.bigint();
        while (process.hrtime.bigint() - start < 1_500_000_000n);
        const { user, system } = process.cpuUsage();
        say(String((user + system) / Number((process.hrtime.bigint() - start) / 1000n)))`);
        const [slow, wide] = await Promise.all([
          run(backend, spin, { cpuLimit: 0.2 }),
          run(backend, program(`say('up')`), { cpuLimit: 10_000 }),
        ]);
        await Promise.all([slow.container.exited, wide.container.exited]);
        expect(Number(slow.watch.channelText())).toBeLessThan(0.6);
        expect(wide.watch.channelText()).toBe('up');
      },
    );

    it.skipIf(options.limits)('says that it enforces no limits', async () => {
      await using backend = await open();
      expect(backend.capabilities).toEqual({ images: false, limits: false, freeze: true, adopt: false });
    });
  });
}

/** `pending` once everything that was about to happen has happened. */
async function settled(promise: Promise<void>): Promise<string> {
  let state = 'pending';
  void promise.then(() => {
    state = 'drained';
  });
  for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
  return state;
}
