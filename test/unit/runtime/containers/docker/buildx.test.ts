import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { BuildLog } from '../../../../../src/runtime/containers/docker/build-log.ts';
import { buildWithBuildx, hasBuildx } from '../../../../../src/runtime/containers/docker/buildx.ts';
import { packContext, textEntry } from '../../../../../src/runtime/images/build-context.ts';
import type { ImageProgress } from '../../../../../src/runtime/images/image-host.ts';

const host = { host: 'unix:///run/x.sock', source: 'DOCKER_HOST' } as const;
const build = {
  tag: 'dray.localhost/image:0',
  dockerfile: 'Dockerfile',
  base: 'x',
  steps: [{ name: 'runCommands("make")', installs: false }],
  labels: { 'dev.dray.image': '1' },
  buildArgs: { HTTPS_PROXY: 'http://user:secret@proxy:1', DRAY_ENV_0: 'a\nb' },
  context: [textEntry('Dockerfile', 'FROM x\n'), textEntry('ca-bundle.pem', 'PEM\n')],
};

/** A `docker` that does what the script says; `$0.out` is where it may write. */
async function fakeDocker(script: string) {
  const folder = await mkdtemp(path.join(tmpdir(), 'dray-docker-'));
  const command = path.join(folder, 'docker');
  await writeFile(command, `#!/bin/sh\n${script}\n`);
  await chmod(command, 0o755);
  return {
    command,
    env: { PATH: process.env.PATH },
    written: () => readFile(`${command}.out`),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

function openLog() {
  const seen: ImageProgress[] = [];
  return { seen, log: new BuildLog(build, (progress) => seen.push(progress)) };
}

describe('hasBuildx', () => {
  it.each([
    { says: 'echo github.com/docker/buildx v0.29.1 a1b2c3', want: true },
    { says: 'echo github.com/docker/buildx 0.29.1+dfsg1 0.29.1+dfsg1-2', want: true },
    { says: 'echo github.com/docker/buildx v0.13.0-rc2 x', want: true },
    { says: 'echo github.com/docker/buildx v0.12.1 x', want: false },
    { says: 'echo github.com/docker/buildx v1.0.0 x', want: true },
    { says: "echo docker: 'buildx' is not a docker command. >&2; exit 1", want: false },
    { says: 'echo something else', want: false },
  ])('answers $want where docker does: $says', async ({ says, want }) => {
    await using docker = await fakeDocker(`[ "$*" = "buildx version" ] && { ${says}; }`);
    expect(await hasBuildx(docker)).toBe(want);
  });

  it('answers no where there is no docker program', async () => {
    expect(await hasBuildx({ command: '/no/such/docker', env: {} })).toBe(false);
  });
});

describe('buildWithBuildx', () => {
  it('sends the context through stdin and keeps values off the command line', async () => {
    await using docker = await fakeDocker('echo "$*" > "$0.out"; cat >> "$0.out"');
    expect(await buildWithBuildx(docker, host, build, openLog().log, undefined)).toBeUndefined();
    const written = await docker.written();
    const end = written.indexOf('\n') + 1;
    expect(written.subarray(0, end).toString().trim()).toBe(
      'buildx build --builder default --load --progress rawjson --tag dray.localhost/image:0 ' +
        '--label dev.dray.image=1 --build-arg HTTPS_PROXY --build-arg DRAY_ENV_0 --file Dockerfile -',
    );
    expect(written.subarray(end)).toEqual(await buffer(packContext(build.context)));
  });

  it('hands secrets over through the environment, by ids alone', async () => {
    await using docker = await fakeDocker('echo "$*" > "$0.out"; env >> "$0.out"');
    const secrets = { 'dray-0-TOKEN': 'hunter2', 'dray-1-DOCKER_HOST': 'x' };
    await buildWithBuildx(docker, host, { ...build, secrets }, openLog().log, undefined);
    const [args, ...env] = (await docker.written()).toString().split('\n');
    expect(args).toContain(
      '--secret id=dray-0-TOKEN,env=DRAY_BUILD_SECRET_0 --secret id=dray-1-DOCKER_HOST,env=',
    );
    expect(args).not.toContain('hunter2');
    expect(env).toContain('DRAY_BUILD_SECRET_0=hunter2');
    expect(env).toContain('DOCKER_HOST=unix:///run/x.sock');
  });

  it('builds in the engine of the endpoint, whatever the shell chose', async () => {
    await using docker = await fakeDocker('env -0 > "$0.out"');
    const env = {
      ...docker.env,
      DOCKER_HOST: 'tcp://other',
      DOCKER_CONTEXT: 'other',
      BUILDX_BUILDER: 'other',
    };
    await buildWithBuildx({ command: docker.command, env }, host, build, openLog().log, undefined);
    const seen = (await docker.written()).toString().split('\0');
    expect(seen).toContain('DOCKER_HOST=unix:///run/x.sock');
    expect(seen).toContain('DRAY_ENV_0=a\nb');
    expect(seen.join()).not.toMatch(/DOCKER_CONTEXT|BUILDX_BUILDER/);
  });

  it('leaves a context to docker, with the builder of its name', async () => {
    await using docker = await fakeDocker('echo "$*" > "$0.out"; env >> "$0.out"');
    const endpoint = { host: 'tcp://far:2376', source: 'context far away' } as const;
    await buildWithBuildx(docker, endpoint, build, openLog().log, undefined);
    const written = (await docker.written()).toString();
    expect(written).toContain('--builder far away --load');
    expect(written).toContain('DOCKER_CONTEXT=far away\n');
    expect(written).not.toContain('DOCKER_HOST');
  });

  it('reads steps and output, and tells its own errors from them', async () => {
    const data = Buffer.from('hello\n').toString('base64');
    const lines = [
      `{"vertexes":[{"digest":"d","name":"[2/2] RUN x","started":"2026-01-01T00:00:00Z"}]}`,
      `{"logs":[{"vertex":"d","stream":1,"data":"${data}"}]}`,
      `{"statuses":[{"id":"x"}]}`,
      `{not json`,
      'ERROR: failed to build: it broke',
    ];
    await using docker = await fakeDocker(
      `cat > /dev/null; cat >&2 <<'END'\n${lines.join('\n')}\nEND\nexit 1`,
    );
    const { log, seen } = openLog();
    const said = await buildWithBuildx(docker, host, build, log, undefined);
    expect(said).toBe('{not json\nERROR: failed to build: it broke');
    expect(seen).toEqual([
      { kind: 'step', name: 'runCommands("make")' },
      { kind: 'log', text: 'hello' },
    ]);
  });

  it('says how docker ended where it said nothing itself', async () => {
    await using docker = await fakeDocker('exit 9');
    const said = await buildWithBuildx(docker, host, build, openLog().log, undefined);
    expect(said).toContain('exit code 9');
  });

  it('has ended the program when an aborted build settles', async () => {
    await using docker = await fakeDocker(
      `echo '{"vertexes":[]}' >&2; echo $$ > "$0.out"; exec sleep 600 2>&-`,
    );
    const abort = new AbortController();
    const built = buildWithBuildx(docker, host, build, openLog().log, abort.signal);
    await expect.poll(() => docker.written().then(String, () => '')).toMatch(/\d/);
    abort.abort();
    expect(await built).toBeDefined();
    const pid = Number(await docker.written());
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });
});
