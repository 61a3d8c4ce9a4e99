import { execa } from 'execa';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import {
  type DockerBackend,
  openDockerBackend,
} from '../../../src/runtime/containers/docker/docker-backend.ts';
import { connectDocker } from '../../../src/runtime/containers/docker/docker-client.ts';
import { formatOwner, thisOwner } from '../../../src/runtime/containers/owner.ts';
import { describeContainerBackend } from '../../contract/container-backend.contract.ts';
import { describeContainerExec } from '../../contract/container-exec.contract.ts';
import { BLOCKS, DEAF, ECHO, program, WAITS } from '../../contract/container-programs.ts';
import { ContainerWatch } from '../../contract/container-watch.ts';
import '../../lab/lab-data.ts';
import { madeImage, presentImage } from './present-image.ts';

const IMAGE = 'node:24-bookworm-slim';
const SPEC = { app: 'docker-test', functionName: 'fn', image: IMAGE, env: {}, cpu: 0.125, memoryMiB: 128 };

for (const { name, version, dockerHost } of inject('lab').engines) {
  const endpoint = { host: dockerHost, source: 'DOCKER_HOST' } as const;
  const open = () => openDockerBackend(endpoint);

  const start = async (backend: DockerBackend, command: readonly string[], more: object = {}) => {
    const watch = new ContainerWatch();
    const container = await backend.start({ ...SPEC, command, ...more }, watch);
    return { watch, container };
  };

  beforeAll(() => presentImage(dockerHost, IMAGE));

  describeContainerExec(`docker ${version} (${name})`, open, IMAGE);

  describeContainerBackend(`docker ${version} (${name})`, open, {
    image: IMAGE,
    limits: true,
    ownerArguments: ['docker', dockerHost],
    isLeft: async (id) => {
      const client = await connectDocker(endpoint);
      try {
        const found = await client.docker.listContainers({ all: true, filters: { id: [id] } });
        return found.length > 0;
      } finally {
        client.close();
      }
    },
  });

  describe(`docker ${version} (${name}): DockerBackend`, () => {
    it('labels and names its containers, mounts nothing of the host, and keeps no log', async () => {
      await using backend = await open();
      const { container } = await start(backend, DEAF);
      const { Name, Config, HostConfig, Mounts } = await backend.client.docker
        .getContainer(container.id)
        .inspect();
      expect(Name).toMatch(/^\/dray-docker-test-fn-[0-9a-f]{8}$/);
      expect(Config.Labels).toMatchObject({
        'dev.dray.app': 'docker-test',
        'dev.dray.function': 'fn',
        'dev.dray.environment': 'main',
        'dev.dray.owner': formatOwner(thisOwner()),
      });
      expect(Mounts).toEqual([]);
      expect(HostConfig).toMatchObject({ Privileged: false, PidsLimit: 4096, LogConfig: { Type: 'none' } });
    });

    it('lets a program drop its rights, give files away and listen below port 1024, and no more than that', async () => {
      await using backend = await open();
      const code = `fs.writeFileSync('/tmp/a', ''); fs.chownSync('/tmp/a', 1, 1);
        const { execFileSync } = require('child_process');
        const fails = (...command) => { try { execFileSync('sh', ['-c', ...command], { stdio: 'ignore' }); return false } catch { return true } };
        const server = require('net').createServer().listen(80, () => {
          server.close();
          const capabilities = BigInt('0x' + /CapEff:\\s*(\\w+)/.exec(fs.readFileSync('/proc/self/status', 'utf8'))[1]);
          const noNewPrivileges = /NoNewPrivs:\\s*1/.test(fs.readFileSync('/proc/self/status', 'utf8'));
          const node = fails('mknod /tmp/device c 1 3');
          process.setgid(65534); process.setuid(65534);
          say(JSON.stringify({ node, noNewPrivileges, has: [13, 27, 29, 21].filter((bit) => (capabilities >> BigInt(bit)) & 1n) }));
        });`;
      const { container, watch } = await start(backend, program(code));
      expect(await container.exited).toMatchObject({ code: 0 });
      // NET_RAW, MKNOD, AUDIT_WRITE and SYS_ADMIN by their numbers.
      expect(JSON.parse(watch.channelText())).toEqual({ node: true, noNewPrivileges: true, has: [] });
    });

    it('gives what is printed on stdout to whoever reads fd 5 in the container', async () => {
      await using backend = await open();
      const code = `console.log('printed'); const bytes = Buffer.alloc(100);
        const length = fs.readSync(Number(process.env.DRAY_STDOUT_FD), bytes); say(bytes.subarray(0, length))`;
      const { container, watch } = await start(backend, program(code));
      await container.exited;
      expect(watch.channelText()).toBe('printed\n');
    });

    it('lets programs open /dev/stdout', async () => {
      await using backend = await open();
      const { container, watch } = await start(
        backend,
        program(`fs.appendFileSync('/dev/stdout', 'by path'); say('up')`),
      );
      expect(await container.exited).toMatchObject({ code: 0 });
      expect(watch.channelText()).toBe('up');
    });

    it('reaps the orphans that a program leaves behind while it runs', async () => {
      await using backend = await open();
      // A grandchild whose parent ended becomes a child of PID 1: the program itself, were there no init.
      const code = `require('child_process').execFileSync('sh', ['-c', 'sh -c "exit 0" & exit 0']);
        const states = () => fs.readdirSync('/proc').filter((name) => /^\\d+$/.test(name)).flatMap((pid) => {
          try { return [/\\) (\\w)/.exec(fs.readFileSync('/proc/' + pid + '/stat', 'utf8'))[1]] } catch { return [] } });
        let looks = 0;
        const look = () => (states().includes('Z') && ++looks < 1000 ? setImmediate(look) : say(String(states().includes('Z'))));
        look()`;
      const { container, watch } = await start(backend, program(code));
      await container.exited;
      expect(watch.channelText()).toBe('false');
    });

    it('runs as the user that the image names', async () => {
      await using image = await madeImage(dockerHost, IMAGE, ['USER 1234', 'WORKDIR /tmp']);
      await using backend = await open();
      const { container, watch } = await start(
        backend,
        program(`console.log('printed'); say(String(process.getuid()) + process.cwd())`),
        { image: image.tag },
      );
      expect(await container.exited).toEqual({ code: 0, outOfMemory: false });
      expect(watch.channelText()).toBe('1234/tmp');
      expect(watch.output('stderr')).toBe('');
    });

    it('does without the entry point, command and health check of the image', async () => {
      const changes = ['ENTRYPOINT ["false"]', 'CMD ["nothing"]', 'HEALTHCHECK --interval=1s CMD false'];
      await using image = await madeImage(dockerHost, IMAGE, changes);
      await using backend = await open();
      const { container, watch } = await start(backend, DEAF, { image: image.tag });
      await watch.untilChannelHas('up');
      const { Config } = await backend.client.docker.getContainer(container.id).inspect();
      expect(Config.Healthcheck?.Test).toEqual(['NONE']);
    });

    it.each([
      { name: 'is not there', image: 'dray.localhost/no-such-image:1', code: 'IMAGE_MISSING' },
      { name: 'lacks Node', image: 'debian:bookworm-slim', code: 'IMAGE_WITHOUT_NODE' },
    ])('says that an image $name', async ({ image, code }) => {
      if (code === 'IMAGE_WITHOUT_NODE') await presentImage(dockerHost, image);
      await using backend = await open();
      const failure = await start(backend, program(''), { image }).then(
        async ({ container }) => (await container.exited).error,
        (error: unknown) => error,
      );
      expect(failure).toMatchObject({ code, exitCode: 3, message: expect.stringContaining(image) });
      await expect.poll(() => ours(backend)).toEqual([]);
    });

    it('says that an image without a shell cannot run anything, and leaves nothing of the container', async () => {
      await using image = await madeImage(dockerHost, undefined);
      await using backend = await open();
      const { container } = await start(backend, program(''), { image: image.tag });
      expect(await container.exited).toMatchObject({
        code: 127,
        error: { code: 'IMAGE_CANNOT_RUN', message: expect.stringContaining(image.tag) },
      });
      await expect.poll(() => ours(backend)).toEqual([]);
    });

    it('leaves containers alone whose owner lives, is unknown or is on another machine', async () => {
      await using backend = await open();
      const { docker } = backend.client;
      const owners = [
        formatOwner(thisOwner()),
        formatOwner({ ...thisOwner(), machine: 'ffffffffffff', pid: 4_194_305 }),
        'somebody',
      ];
      const alien = await Promise.all(
        owners.map((owner) => docker.createContainer({ Image: IMAGE, Labels: { 'dev.dray.owner': owner } })),
      );
      const dead = await docker.createContainer({
        Image: IMAGE,
        Labels: { 'dev.dray.owner': formatOwner({ ...thisOwner(), pid: 4_194_305 }) },
      });
      try {
        await backend.reapLeftovers();
        const ids = (await docker.listContainers({ all: true, filters: { label: ['dev.dray.owner'] } })).map(
          ({ Id }) => Id,
        );
        expect(ids).toEqual(expect.arrayContaining(alien.map(({ id }) => id)));
        expect(ids).not.toContain(dead.id);
      } finally {
        await Promise.all(alien.map((container) => container.remove()));
      }
    });

    it('gives a container that it was told to expect to the first start of the same spec, and to no other', async () => {
      await using backend = await open();
      await nothingLeft(backend);
      const spec = { ...SPEC, command: ECHO };
      backend.expect(spec);
      backend.expect(spec);
      await expect.poll(() => ours(backend)).toHaveLength(1);
      const [expected] = await ours(backend);
      const { container: other } = await start(backend, ECHO, { functionName: 'other' });
      expect(other.id).not.toBe(expected);
      const { container, watch } = await start(backend, ECHO);
      expect(container.id).toBe(expected);
      container.write(Buffer.from('heard'));
      await watch.untilChannelHas('heard');
      const { container: second } = await start(backend, ECHO);
      expect(second.id).not.toBe(expected);
      expect(await ours(backend)).toHaveLength(3);
    });

    it('starts anew where the expected container ended meanwhile', async () => {
      await using backend = await open();
      await nothingLeft(backend);
      const spec = { ...SPEC, command: WAITS };
      backend.expect(spec);
      await expect.poll(() => running(backend)).toHaveLength(1);
      const [expected = ''] = await running(backend);
      await backend.client.docker.getContainer(expected).kill();
      await expect.poll(() => ours(backend)).toEqual([]);
      const { container, watch } = await start(backend, WAITS);
      await watch.untilChannelHas('up');
      expect(container.id).not.toBe(expected);
    });

    it('starts anew where the expected container could not start', async () => {
      await using backend = await open();
      const spec = { ...SPEC, command: WAITS, image: `not-there:${name}` };
      backend.expect(spec);
      await expect(start(backend, WAITS, { image: spec.image })).rejects.toMatchObject({
        code: 'IMAGE_MISSING',
      });
      backend.expect({ ...SPEC, command: ['no-such-program'] });
      const { container } = await start(backend, ['no-such-program']);
      expect(await container.exited).toMatchObject({ error: { code: 'IMAGE_WITHOUT_PROGRAM' } });
    });

    it('ends what it was told to expect and nobody asked for', async () => {
      await using watcher = await open();
      await nothingLeft(watcher);
      const backend = await open();
      backend.expect({ ...SPEC, command: BLOCKS });
      backend.expect({ ...SPEC, command: BLOCKS, functionName: 'other' });
      await expect.poll(() => running(backend)).toHaveLength(2);
      backend.expect({ ...SPEC, command: BLOCKS, functionName: 'late' });
      await backend.close();
      await expect.poll(() => ours(watcher)).toEqual([]);
    });

    it('lets the process end by itself once it is closed', async () => {
      const code = `
        const { openDockerBackend } = await import(${JSON.stringify(new URL('../../../src/runtime/containers/docker/docker-backend.ts', import.meta.url))});
        const backend = await openDockerBackend(${JSON.stringify(endpoint)});
        const container = await backend.start(${JSON.stringify({ ...SPEC, command: DEAF })}, { onChannel() {}, onOutput() {} });
        await backend.close();
        // Timers that were given up are cleared within this turn.
        await new Promise((resolve) => setImmediate(resolve));
        console.log(JSON.stringify(process.getActiveResourcesInfo().filter((name) => /Timeout|TCP|Pipe/.test(name))));`;
      const { stdout } = await execa(process.execPath, ['--input-type=module', '-e', code], {
        timeout: 120_000,
        stdin: 'ignore',
      });
      expect(JSON.parse(stdout).filter((resource: string) => resource === 'Timeout')).toEqual([]);
    });
  });

  describe(`docker ${version} (${name}): endpoint`, () => {
    it('is the one that the docker command chooses', async () => {
      const { dockerCli, dockerConfigDir } = inject('lab').engines.find((engine) => engine.name === name) as {
        dockerCli: string;
        dockerConfigDir: string;
      };
      const { resolveDockerEndpoint } = await import(
        '../../../src/runtime/containers/docker/docker-endpoint.ts'
      );
      const { mkdtemp, rm } = await import('node:fs/promises');
      const DOCKER_CONFIG = await mkdtemp(`${dockerConfigDir}-`);
      const docker = (args: string[], env: Record<string, string> = {}) =>
        execa(dockerCli, args, {
          env: { PATH: process.env.PATH ?? '', DOCKER_CONFIG, ...env },
          extendEnv: false,
        });
      try {
        await docker(['context', 'create', 'one', '--docker', `host=${dockerHost}`]);
        await docker(['context', 'create', 'two', '--docker', 'host=unix:///two.sock']);
        await docker(['context', 'use', 'two']);
        for (const env of [
          {},
          { DOCKER_CONTEXT: 'one' },
          { DOCKER_CONTEXT: 'one', DOCKER_HOST: 'unix:///x.sock' },
        ]) {
          const { stdout } = await docker(
            ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'],
            env,
          );
          const { host } = await resolveDockerEndpoint({ env: { DOCKER_CONFIG, ...env } });
          expect(host, JSON.stringify(env)).toBe(stdout);
        }
      } finally {
        await rm(DOCKER_CONFIG, { recursive: true });
      }
    });
  });
}

/** Ids of the containers of this process that the engine holds. */
async function ours({ client }: DockerBackend): Promise<string[]> {
  const filters = { label: [`dev.dray.owner=${formatOwner(thisOwner())}`] };
  return (await client.docker.listContainers({ all: true, filters })).map(({ Id }) => Id);
}

/** What tests before left is gone: Docker lists a container for a moment after its end. */
async function nothingLeft(backend: DockerBackend): Promise<void> {
  await expect.poll(() => ours(backend)).toEqual([]);
}

/** Those of them that run. */
async function running({ client }: DockerBackend): Promise<string[]> {
  const filters = { label: [`dev.dray.owner=${formatOwner(thisOwner())}`], status: ['running'] };
  return (await client.docker.listContainers({ filters })).map(({ Id }) => Id);
}
