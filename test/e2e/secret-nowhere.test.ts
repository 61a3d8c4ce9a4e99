/**
 * The value of a secret is where a function can read it, and nowhere else: not in what Docker tells, not in images, not
 * in what dray prints or writes, not in the arguments or the environment of any process.
 */
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type CommandResult, dray, startDray } from '../helpers/run-command.ts';
import { tempFolder } from '../helpers/temp-folder.ts';
import { dockerOf, engineEnvironment, newestEngine } from './docker-app.ts';
import { MarkerSearch } from './marker-search.ts';

/** One for each way to declare a secret that does not write it into the source. */
const KEYS = ['STORED', 'FROM_DOTENV', 'FROM_OBJECT'];

const app = (name: string) => `import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { App, Image, isLocal, Secret } from 'dray';
const image = Image.node().env({ APP: '${name}' }).runCommands('echo ${name} > /etc/app');
const taken = isLocal() ? readFileSync('../outside/value', 'utf8') : '';
const app = new App('${name}', { image, secrets: [Secret.fromName('stored'), Secret.fromObject({ FROM_OBJECT: taken })] });
const own = { secrets: [Secret.fromDotenv('../outside/.env')] };

export const digests = app.function(own, async (...keys: string[]) =>
  keys.map((key) => createHash('sha256').update(process.env[key] ?? '').digest('hex')));
export const throws = app.function(own, async () => {
  const token = process.env.STORED as string;
  throw Object.assign(new RangeError('refused'), { length: token.length });
});
export const ends = app.function(own, async () => { const token = process.env.STORED; void token; process.exit(3); });
export const rejects = app.function(own, async () => {
  void Promise.reject(new Error('left behind ' + (process.env.STORED ?? '').length));
  await new Promise((resolve) => setTimeout(resolve, 50));
  return 1;
});
export const main = app.localEntrypoint(async () => {
  const here = await digests.remote(${KEYS.map((key) => `'${key}'`).join(', ')});
  console.error('it is up');
  while (!existsSync('../go')) await new Promise((resolve) => setTimeout(resolve, 20));
  return here;
});
`;

/**
 * An app folder beside the places where values come from. The home of the command, its temporary files and the app are
 * below `inside`, which is searched; `outside` holds the values.
 */
async function secretApp(env: Record<string, string>) {
  const name = `nowhere-${randomBytes(4).toString('hex')}`;
  const marker = `value-${randomBytes(16).toString('hex')}`;
  const folder = await tempFolder({
    'inside/app.ts': app(name),
    'outside/.env': `FROM_DOTENV=${marker}\n`,
    'outside/value': marker,
  });
  await mkdir(folder.file('inside/tmp'));
  const options = {
    cwd: folder.file('inside'),
    env: { ...env, TMPDIR: folder.file('inside/tmp') },
  };
  const stored = await dray(['secret', 'create', 'stored', '--from-dotenv', '-'], {
    ...options,
    input: `STORED=${marker}\n`,
  });
  expect(stored.exitCode).toBe(0);
  return {
    ...{ name, marker, folder, options, stored },
    search: new MarkerSearch(marker),
    digest: createHash('sha256').update(marker).digest('hex'),
  };
}

const BACKENDS = {
  docker: () => engineEnvironment(newestEngine()),
  process: () => ({}),
};

describe.each(Object.entries(BACKENDS))('on %s, the value of a secret', (backend, environment) => {
  it('reaches the function, and is found nowhere else while its container runs', async () => {
    const { name, folder, options, search, digest } = await secretApp(environment());
    await using _ = folder;
    const running = startDray(['run', '--json', '--backend', backend, 'app.ts::main'], options);
    await running.untilPrinted('it is up');

    expect(search.inProcesses()).toEqual([]);
    expect(await search.inFolder(folder.file('inside'))).toEqual([]);
    if (backend === 'docker') {
      const docker = dockerOf(newestEngine());
      const containers = await docker.listContainers({ filters: { label: [`dev.dray.app=${name}`] } });
      expect(containers).toHaveLength(1);
      for (const { Id } of containers) expect(await search.inContainer(docker, Id)).toEqual([]);
    }

    await folder.write('go', '');
    const { stdout, stderr, exitCode } = await running.ended;
    expect({ exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ exitCode: 0, stderr: '' });
    const document = JSON.parse(stdout) as { result: string[]; images: { tag: string }[] };
    expect(document.result).toEqual(KEYS.map(() => digest));
    expect(search.isIn(stdout + stderr)).toBe(false);

    const docker = dockerOf(newestEngine());
    for (const { tag } of document.images) {
      expect(await search.inImage(docker, tag)).toEqual([]);
      await docker.getImage(tag).remove({ force: true });
    }
  });

  it('is in no output, whatever fails and however much is told, and in no file afterwards', async () => {
    const { folder, options, search, stored } = await secretApp(environment());
    await using _ = folder;
    const outputs: CommandResult[] = [stored];
    const run = async (reference: string, flags: string[], env = {}) => {
      const args = ['run', ...flags, '--backend', backend, reference];
      outputs.push(await dray(args, { ...options, env: { ...options.env, ...env } }));
      return outputs.at(-1) as CommandResult;
    };
    expect((await run('app.ts::throws', [])).stderr).toContain('refused');
    expect((await run('app.ts::ends', ['--json'])).stdout).toContain('exit code 3');
    expect((await run('app.ts::throws', ['--json'], { DEBUG: '*' })).exitCode).toBe(1);
    expect((await run('app.ts::rejects', ['--timestamps'])).stderr).toContain('left behind');
    await dray(['secret', 'rotate-key'], options);
    outputs.push(
      await dray(['secret', 'list', '--json'], { ...options, env: { ...options.env, DEBUG: '*' } }),
    );
    outputs.push(
      await dray(['secret', 'create', 'stored', 'STORED=-', '--json'], { ...options, input: 'x' }),
    );
    outputs.push(await dray(['config', 'show', '--json'], options));

    expect(outputs.filter(({ stdout, stderr }) => search.isIn(stdout + stderr))).toEqual([]);
    expect(await search.inFolder(folder.file('inside'))).toEqual([]);
  });
});

describe('the search itself', () => {
  it('finds a value in files, in processes, and in what is encoded', async () => {
    const marker = `value-${randomBytes(16).toString('hex')}`;
    const search = new MarkerSearch(marker);
    await using folder = await tempFolder({ 'a/b': `TOKEN=${marker}`, 'a/c': 'TOKEN=' });
    expect(await search.inFolder(folder.path)).toEqual([folder.file('a/b')]);
    for (const before of ['', '1', '12', '123']) {
      expect(search.isIn(Buffer.from(`${before}${marker}4567`).toString('base64'))).toBe(true);
    }
    const child = spawn('sleep', ['600'], { env: { PATH: process.env.PATH, TOKEN: marker } });
    await once(child, 'spawn');
    // The process is there a moment before it is the program that was asked for.
    while (!search.inProcesses().includes(`/proc/${child.pid}/environ`)) await delay(10);
    child.kill();
  });
});
