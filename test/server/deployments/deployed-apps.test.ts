/**
 * Apps that are deployed, as their users see them: real containers in child processes, a real store.
 */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DeployEvent } from '../../../src/protocol/deployment.ts';
import type { HostedApp } from '../../../src/runtime/deployments/hosted-apps.ts';
import { deployBench } from '../../helpers/deployable-app.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

/** An app whose function says which version it is of, and in which process. */
function shop(version: string, more = ''): string {
  return `
import { App, Secret } from 'dray';
const app = new App('shop');
export const version = app.function({ maxContainers: 2 }, async () => '${version}');
${more}
`;
}

/** A function that does not return before a file is there. */
function slow(files: { file(name: string): string }, version: string): string {
  return `
import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
export const slow = app.function({ maxContainers: 1 }, async (n: number) => {
  writeFileSync(${JSON.stringify(files.file('begun'))} + n, '');
  while (!existsSync(${JSON.stringify(files.file('go'))})) await setTimeout(5);
  return '${version}' + n;
});
`;
}

const BROKEN = 'throw new RangeError("no such weights");';

async function exists(folder: string, name: string): Promise<boolean> {
  return (await readdir(folder)).includes(name);
}

describe('a deployed app', () => {
  it('serves what was deployed, and the next version from its deploy on', async () => {
    await using files = await tempFolder({ 'v1.ts': shop('one'), 'v2.ts': shop('two') });
    await using bench = await deployBench(files.file('data'));
    const events: DeployEvent[] = [];
    const first = await bench.apps.deploy(await bench.request(files.file('v1.ts')), (event) =>
      events.push(event),
    );
    expect(first).toMatchObject({
      version: 1,
      changed: true,
      functions: [{ name: 'version', change: 'added' }],
    });
    expect(events.at(-1)).toEqual({ kind: 'published', version: 1 });
    expect(await bench.call('shop', 'version')).toBe('one');
    const second = await bench.apps.deploy(await bench.request(files.file('v2.ts')), (event) =>
      events.push(event),
    );
    expect(second).toMatchObject({ version: 2, previous: 1, changed: true });
    expect(second.functions).toMatchObject([{ change: 'changed', fields: ['code'], replaced: true }]);
    // The old container was there: so a new one was ready first.
    expect(events.slice(1)).toEqual([
      { kind: 'starting', functionName: 'version' },
      { kind: 'ready', functionName: 'version' },
      { kind: 'published', version: 2 },
    ]);
    expect(await bench.call('shop', 'version')).toBe('two');
  });

  it('has no new version where nothing changed, but for a tag', async () => {
    await using files = await tempFolder({ 'v1.ts': shop('one') });
    await using bench = await deployBench(files.file('data'));
    const request = await bench.request(files.file('v1.ts'));
    await bench.apps.deploy(request);
    expect(await bench.apps.deploy(request)).toMatchObject({
      version: 1,
      changed: false,
      functions: [{ change: 'unchanged' }],
    });
    const tagged = { ...request, meta: { ...request.meta, tag: 'spring' } };
    expect(await bench.apps.deploy(tagged)).toMatchObject({ version: 2, changed: true });
    expect(await bench.apps.deploy(tagged)).toMatchObject({ version: 2, changed: false });
    expect((await bench.apps.history('main', 'shop')).map(({ tag }) => tag)).toEqual(['spring', undefined]);
  });

  it('loses no call while versions change under load', async () => {
    await using files = await tempFolder({ 'v1.ts': shop('one'), 'v2.ts': shop('two') });
    await using bench = await deployBench(files.file('data'));
    const [one, two] = [await bench.request(files.file('v1.ts')), await bench.request(files.file('v2.ts'))];
    await bench.apps.deploy(one);
    let over = false;
    const results: unknown[] = [];
    const client = async () => {
      while (!over) results.push(await bench.call('shop', 'version'));
    };
    const clients = Array.from({ length: 8 }, client);
    await expect.poll(() => results.length).toBeGreaterThan(20);
    for (const request of [two, one, two, one]) {
      await bench.apps.deploy({ ...request, strategy: 'rolling' });
      const before = results.length;
      await expect.poll(() => results.length).toBeGreaterThan(before + 20);
    }
    over = true;
    await Promise.all(clients);
    expect(new Set(results)).toEqual(new Set(['one', 'two']));
    expect(results.at(-1)).toBe('one');
    expect(bench.apps.find('main', 'shop')?.started.stats().calls).toEqual({
      succeeded: results.length,
      failed: 0,
    });
  });

  it('finishes what runs where it runs, and runs what waits in the new version', async () => {
    await using files = await tempFolder();
    await files.write('v1.ts', shop('one', slow(files, 'one')));
    await files.write('v2.ts', shop('two', slow(files, 'two')));
    await using bench = await deployBench(files.file('data'));
    await bench.apps.deploy(await bench.request(files.file('v1.ts')));
    const running = bench.call('shop', 'slow', 1);
    await expect.poll(() => exists(files.path, 'begun1')).toBe(true);
    const waiting = bench.call('shop', 'slow', 2);
    await bench.apps.deploy(await bench.request(files.file('v2.ts')));
    const started = (bench.apps.find('main', 'shop') as HostedApp).started;
    await expect.poll(() => exists(files.path, 'begun2')).toBe(true);
    const containers = started.containers().filter(({ functionName }) => functionName === 'slow');
    expect(containers.map(({ draining, running }) => [draining, running])).toEqual([
      [true, 1],
      [false, 1],
    ]);
    await files.write('go', '');
    expect(await Promise.all([running, waiting])).toEqual(['one1', 'two2']);
    await expect.poll(() => started.containers().filter(({ draining }) => draining)).toEqual([]);
  });

  it('runs again in the new version what ran when it was recreated', async () => {
    await using files = await tempFolder();
    await files.write('v1.ts', shop('one', slow(files, 'one')));
    await files.write('v2.ts', shop('two', slow(files, 'two')));
    await using bench = await deployBench(files.file('data'));
    await bench.apps.deploy(await bench.request(files.file('v1.ts')));
    const running = bench.call('shop', 'slow', 1);
    await expect.poll(() => exists(files.path, 'begun1')).toBe(true);
    await bench.apps.deploy(await bench.request(files.file('v2.ts'), { strategy: 'recreate' }));
    await files.write('go', '');
    expect(await running).toBe('two1');
  });

  it('keeps the containers of functions that did not change', async () => {
    const other = (n: number) =>
      `export const other = app.function({ cpu: ${n}, env: { N: '${n}' } }, async () => process.pid);`;
    const same = 'export const same = app.function(async () => process.pid);';
    await using files = await tempFolder({ 'app.ts': shop('one', other(1) + same) });
    await using bench = await deployBench(files.file('data'));
    const request = await bench.request(files.file('app.ts'));
    await bench.apps.deploy(request);
    const before = [await bench.call('shop', 'same'), await bench.call('shop', 'other')];
    const changed = request.manifest.functions.map((fn) => {
      if (fn.name === 'other') return { ...fn, env: { N: '2' } };
      return fn.name === 'same' ? { ...fn, maxContainers: 5 } : fn;
    });
    const outcome = await bench.apps.deploy({ ...request, manifest: { app: 'shop', functions: changed } });
    expect(outcome.functions).toEqual([
      { name: 'version', change: 'unchanged', fields: [], replaced: false },
      { name: 'other', change: 'changed', fields: ['env'], replaced: true },
      { name: 'same', change: 'changed', fields: ['maxContainers'], replaced: false },
    ]);
    const after = [await bench.call('shop', 'same'), await bench.call('shop', 'other')];
    expect(after[0]).toBe(before[0]);
    expect(after[1]).not.toBe(before[1]);
  });

  it('fails calls that wait for a function that is gone', async () => {
    await using files = await tempFolder();
    await files.write('v1.ts', shop('one', slow(files, 'one')));
    await files.write('v2.ts', shop('two'));
    await using bench = await deployBench(files.file('data'));
    await bench.apps.deploy(await bench.request(files.file('v1.ts')));
    const running = bench.call('shop', 'slow', 1);
    await expect.poll(() => exists(files.path, 'begun1')).toBe(true);
    const waiting = bench.call('shop', 'slow', 2);
    const told = expect(waiting).rejects.toMatchObject({ code: 'FUNCTION_REMOVED' });
    const outcome = await bench.apps.deploy(await bench.request(files.file('v2.ts')));
    expect(outcome.functions).toContainEqual({
      name: 'slow',
      change: 'removed',
      fields: [],
      replaced: false,
    });
    await told;
    await expect(bench.call('shop', 'slow', 3)).rejects.toMatchObject({ code: 'FUNCTION_NOT_FOUND' });
    await files.write('go', '');
    expect(await running).toBe('one1');
  });

  it('goes on in its version where the new one does not start, and nothing is published', async () => {
    await using files = await tempFolder({
      'v1.ts': shop('one'),
      'v2.ts': shop('two', `if (process.env.DRAY_IS_REMOTE) ${BROKEN}`),
    });
    await using bench = await deployBench(files.file('data'));
    await bench.apps.deploy(await bench.request(files.file('v1.ts')));
    expect(await bench.call('shop', 'version')).toBe('one');
    const deploying = bench.apps.deploy(await bench.request(files.file('v2.ts')));
    await expect(deploying).rejects.toMatchObject({
      code: 'DEPLOY_START_FAILED',
      message: expect.stringMatching(/no such weights.*version 1 goes on serving/),
    });
    expect(await bench.call('shop', 'version')).toBe('one');
    expect(await bench.apps.history('main', 'shop')).toHaveLength(1);
    const { started } = bench.apps.find('main', 'shop') as HostedApp;
    await expect.poll(() => started.containers().length).toBe(1);
    // The lock was let go of, and nothing of the failed version is in the way.
    await files.write('v3.ts', shop('three'));
    expect(await bench.apps.deploy(await bench.request(files.file('v3.ts')))).toMatchObject({ version: 2 });
    expect(await bench.call('shop', 'version')).toBe('three');
  });

  it('is changed by one at a time: a second deploy is told whose the first is', async () => {
    await using files = await tempFolder({ 'v1.ts': shop('one'), 'v2.ts': shop('two') });
    await using bench = await deployBench(files.file('data'));
    const [one, two] = [await bench.request(files.file('v1.ts')), await bench.request(files.file('v2.ts'))];
    const first = bench.apps.deploy(one);
    const second = bench.apps.deploy(two);
    await Promise.all([
      expect(first).resolves.toMatchObject({ version: 1 }),
      expect(second).rejects.toMatchObject({
        code: 'DEPLOY_RUNNING',
        message: expect.stringContaining('a deploy of shop by tester is under way since'),
      }),
    ]);
    expect(await bench.call('shop', 'version')).toBe('one');
  });
});

describe('an earlier version', () => {
  it('is brought back as a new one', async () => {
    await using files = await tempFolder({ 'v1.ts': shop('one'), 'v2.ts': shop('two') });
    await using bench = await deployBench(files.file('data'));
    await bench.apps.deploy(await bench.request(files.file('v1.ts')));
    await bench.apps.deploy(await bench.request(files.file('v2.ts')));
    const back = await bench.apps.rollback('main', 'shop', undefined, { by: 'ada' });
    expect(back).toMatchObject({ version: 3, previous: 2, changed: true });
    expect(await bench.call('shop', 'version')).toBe('one');
    expect((await bench.apps.history('main', 'shop'))[0]).toMatchObject({ rollbackOf: 1, deployedBy: 'ada' });
    await expect(bench.apps.rollback('main', 'shop', 9, { by: 'ada' })).rejects.toMatchObject({
      code: 'VERSION_NOT_FOUND',
      suggestions: expect.arrayContaining(['choose one of 3, 2, 1']),
    });
  });
});

describe('new containers of the same version', () => {
  it('take the place of those that serve', async () => {
    const pid = 'export const pid = app.function(async () => process.pid);';
    await using files = await tempFolder({ 'v1.ts': shop('one', pid) });
    await using bench = await deployBench(files.file('data'));
    await bench.apps.deploy(await bench.request(files.file('v1.ts')));
    const before = await bench.call('shop', 'pid');
    const outcome = await bench.apps.rollover('main', 'shop', { by: 'ada' });
    expect(outcome).toMatchObject({ version: 1, changed: false });
    expect(await bench.call('shop', 'pid')).not.toBe(before);
    expect(await bench.apps.history('main', 'shop')).toHaveLength(1);
  });
});

describe('a stopped app', () => {
  it('takes no calls, and is not started with the server', async () => {
    await using files = await tempFolder({ 'v1.ts': shop('one') });
    const data = files.file('data');
    {
      await using bench = await deployBench(data);
      const request = await bench.request(files.file('v1.ts'));
      await bench.apps.deploy(request);
      expect(await bench.apps.stop('main', 'shop', { by: 'ada' })).toBe(true);
      expect(await bench.apps.stop('main', 'shop', { by: 'ada' })).toBe(false);
      expect(bench.apps.find('main', 'shop')).toBeUndefined();
      await expect(bench.apps.rollover('main', 'shop', { by: 'ada' })).rejects.toMatchObject({
        code: 'APP_STOPPED',
      });
    }
    await using bench = await deployBench(data);
    await bench.apps.restore();
    expect(await bench.apps.list()).toMatchObject([{ state: 'stopped' }]);
    expect(bench.apps.running()).toEqual([]);
    // Deployed again it is a new version, although nothing changed.
    expect(await bench.apps.deploy(await bench.request(files.file('v1.ts')))).toMatchObject({ version: 2 });
    expect(await bench.call('shop', 'version')).toBe('one');
  });

  it('finishes its calls first where it is to drain', async () => {
    await using files = await tempFolder();
    await files.write('v1.ts', shop('one', slow(files, 'one')));
    await using bench = await deployBench(files.file('data'));
    await bench.apps.deploy(await bench.request(files.file('v1.ts')));
    const calls = [bench.call('shop', 'slow', 1), bench.call('shop', 'slow', 2)];
    await expect.poll(() => exists(files.path, 'begun1')).toBe(true);
    const stopped = bench.apps.stop('main', 'shop', { by: 'ada', drain: true });
    await expect.poll(() => bench.apps.find('main', 'shop')).toBeUndefined();
    await files.write('go', '');
    expect(await Promise.all(calls)).toEqual(['one1', 'one2']);
    expect(await stopped).toBe(true);
  });
});

describe('a server that starts again', () => {
  it('serves what was deployed, and what cannot start stops nobody', async () => {
    await using files = await tempFolder({
      'shop.ts': shop('one'),
      'cart.ts': shop('two').replace("'shop'", "'cart'"),
    });
    const data = files.file('data');
    {
      await using bench = await deployBench(data);
      for (const name of ['shop.ts', 'cart.ts'])
        await bench.apps.deploy(await bench.request(files.file(name)));
    }
    const serving: string[] = [];
    await using bench = await deployBench(data, { onServing: ({ app }) => serving.push(app) });
    const cart = await bench.store.deployments.deployment('main', 'cart', 1);
    const bundle = cart?.parts.version?.bundle as string;
    const kept = await bench.blobs.read(bundle);
    await bench.blobs.collectGarbage(
      new Set([...(await bench.store.deployments.blobs())].filter((each) => each !== bundle)),
      Date.now() + 1e6,
    );
    await bench.apps.restore();
    expect(serving).toEqual(['shop']);
    expect(await bench.call('shop', 'version')).toBe('one');
    expect(await bench.apps.list()).toMatchObject([
      { record: { name: 'cart' }, state: 'broken', problem: { code: 'BLOB_MISSING' } },
      { record: { name: 'shop' }, state: 'running' },
    ]);
    // It is tried again by itself.
    await bench.blobs.put(bundle, kept);
    await expect.poll(() => bench.apps.find('main', 'cart')).toBeDefined();
    expect(await bench.call('cart', 'version')).toBe('two');
  });
});

describe('secrets that an app brings along', () => {
  const marker = 'v4lue-of-a-secret';
  const app = (value: string) =>
    shop(
      'one',
      `export const reveal = app.function({ secrets: [Secret.fromObject({ TOKEN: '${value}' })] }, async () => process.env.TOKEN);`,
    );

  it('reach their functions, and are on no disk but sealed', async () => {
    await using files = await tempFolder({ 'v1.ts': app(marker) });
    const data = files.file('data');
    {
      await using bench = await deployBench(data);
      const request = await bench.request(files.file('v1.ts'));
      // The code names the value itself: what is sent beside it must not.
      await bench.apps.deploy({ ...request, bundles: request.bundles });
      expect(await bench.call('shop', 'reveal')).toBe(marker);
      const [record] = await bench.apps.history('main', 'shop');
      expect(JSON.stringify(record)).not.toContain(marker);
      expect(await bench.apps.deploy(request)).toMatchObject({ changed: false });
    }
    for (const name of await readdir(data)) {
      if (!name.startsWith('dray.db')) continue;
      expect((await readFile(path.join(data, name))).includes(marker)).toBe(false);
    }
    await using bench = await deployBench(data);
    await bench.apps.restore();
    expect(await bench.call('shop', 'reveal')).toBe(marker);
  });

  it('make new containers where their values changed, and nothing else did', async () => {
    await using files = await tempFolder({ 'v1.ts': app('a') });
    await using bench = await deployBench(files.file('data'));
    const request = await bench.request(files.file('v1.ts'));
    await bench.apps.deploy(request);
    expect(await bench.call('shop', 'reveal')).toBe('a');
    const [id] = Object.keys(request.localSecrets ?? {});
    const changed = { ...request, localSecrets: { [id as string]: { TOKEN: 'b' } } };
    const outcome = await bench.apps.deploy(changed);
    expect(outcome.functions).toContainEqual({
      name: 'reveal',
      change: 'changed',
      fields: ['secrets'],
      replaced: true,
    });
    expect(outcome.functions).toContainEqual(expect.objectContaining({ name: 'version', replaced: false }));
    expect(await bench.call('shop', 'reveal')).toBe('b');
    // Back to the old value: it is the one that version 1 kept.
    await bench.apps.rollback('main', 'shop', 1, { by: 'ada' });
    expect(await bench.call('shop', 'reveal')).toBe('a');
  });
});

describe('a version that another one came before', () => {
  it('is not published, and leaves no container', async () => {
    await using files = await tempFolder({ 'v1.ts': shop('one'), 'v2.ts': shop('two') });
    await using bench = await deployBench(files.file('data'));
    await bench.apps.deploy(await bench.request(files.file('v1.ts')));
    await bench.call('shop', 'version');
    const [record] = await bench.apps.history('main', 'shop');
    const { version: _, ...other } = record as NonNullable<typeof record>;
    let published: Promise<unknown> | undefined;
    const deploying = bench.apps.deploy(await bench.request(files.file('v2.ts')), ({ kind }) => {
      // Of another server on the same data, as this one's own are one at a time.
      if (kind === 'ready')
        published = bench.store.deployments.publish({ ...other, deployedBy: 'another' }, 1);
    });
    await expect(deploying).rejects.toMatchObject({ code: 'DEPLOY_CONFLICT' });
    expect(await published).toMatchObject({ version: 2 });
    expect(await bench.call('shop', 'version')).toBe('one');
    const { started } = bench.apps.find('main', 'shop') as HostedApp;
    await expect.poll(() => started.containers().length).toBe(1);
  });
});

describe('what a deploy lacks', () => {
  it('is refused before anything is done', async () => {
    await using files = await tempFolder({ 'v1.ts': shop('one') });
    await using bench = await deployBench(files.file('data'));
    const request = await bench.request(files.file('v1.ts'));
    const without = { ...request, bundles: { version: 'a'.repeat(64) } };
    await expect(bench.apps.deploy(without)).rejects.toMatchObject({ code: 'DEPLOY_INCOMPLETE' });
    await expect(bench.apps.deploy({ ...request, bundles: {} })).rejects.toMatchObject({
      code: 'DEPLOY_INCOMPLETE',
    });
    await expect(bench.apps.deploy({ ...request, environment: 'nowhere' })).rejects.toMatchObject({
      code: 'ENVIRONMENT_NOT_FOUND',
    });
    expect(await bench.apps.list()).toEqual([]);
  });
});
