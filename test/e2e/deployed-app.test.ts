/**
 * Apps that are deployed on Docker: their images, their local files, and versions that change under load.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { DeployEvent } from '../../src/protocol/deployment.ts';
import type { HostedApp } from '../../src/runtime/deployments/hosted-apps.ts';
import { deployBench } from '../helpers/deployable-app.ts';
import { tempFolder } from '../helpers/temp-folder.ts';
import { engineEnvironment, newestEngine } from './docker-app.ts';

/** Where the apps run. */
function onDocker() {
  const { dockerHost: host } = newestEngine();
  return { backend: 'docker', dockerHost: { host, source: 'DRAY_DOCKER_HOST' } } as const;
}

// buildx reads them.
beforeAll(() => {
  for (const [name, value] of Object.entries(engineEnvironment(newestEngine()))) vi.stubEnv(name, value);
});
afterAll(() => {
  vi.unstubAllEnvs();
});

const app = (version: string, step = '') => `
import { readFile } from 'node:fs/promises';
import { App, Image } from 'dray';
const app = new App('deployed-on-docker', {
  image: Image.node()
    .addLocalDir('./baked', '/baked', { copy: true })
    .runCommands('cp /baked/text /copied')${step}
    .addLocalFile('./mounted.txt', '/mounted.txt'),
});
export const read = app.function(async () => [
  '${version}',
  ...(await Promise.all(['/copied', '/mounted.txt'].map((file) => readFile(file, 'utf8')))),
]);
`;

describe('an app that is deployed on Docker', () => {
  it('has its image and its files; a failed build leaves it alone, and unchanged steps ask no builder', async () => {
    await using files = await tempFolder({
      'v1.ts': app('one'),
      'broken.ts': app('broken', ".runCommands('exit 7')"),
      'v2.ts': app('two'),
      'baked/text': `baked ${crypto.randomUUID()}`,
      'mounted.txt': 'mounted',
    });
    await using bench = await deployBench(files.file('data'), undefined, onDocker());
    const events: DeployEvent[] = [];
    const deploy = async (file: string) => {
      events.length = 0;
      return bench.apps.deploy(await bench.request(files.file(file)), (event) => events.push(event));
    };
    const read = () => bench.call('deployed-on-docker', 'read');
    const first = await deploy('v1.ts');
    expect(first.images).toMatchObject([{ built: true }]);
    expect(events.some(({ kind }) => kind === 'image')).toBe(true);
    expect(await read()).toEqual(['one', expect.stringMatching(/^baked /), 'mounted']);

    await expect(deploy('broken.ts')).rejects.toMatchObject({ code: 'IMAGE_BUILD_FAILED' });
    expect((await read()) as string[]).toContain('one');
    expect(await bench.apps.history('main', 'deployed-on-docker')).toHaveLength(1);

    expect(await deploy('v1.ts')).toMatchObject({ version: 1, changed: false });
    expect(events).toEqual([]);

    const second = await deploy('v2.ts');
    expect(second.functions).toMatchObject([{ change: 'changed', fields: ['code'] }]);
    expect(events.filter(({ kind }) => kind === 'image')).toEqual([]);
    expect((await read()) as string[]).toContain('two');
  });

  it('loses no call while its versions change under load', async () => {
    await using files = await tempFolder({
      'v1.ts': app('one'),
      'v2.ts': app('two'),
      'baked/text': 'baked',
      'mounted.txt': 'mounted',
    });
    await using bench = await deployBench(files.file('data'), undefined, onDocker());
    const requests = [await bench.request(files.file('v1.ts')), await bench.request(files.file('v2.ts'))];
    await bench.apps.deploy(requests[0] as (typeof requests)[0]);
    let over = false;
    const versions: string[] = [];
    const client = async () => {
      while (!over)
        versions.push(((await bench.call('deployed-on-docker', 'read')) as string[])[0] as string);
    };
    const clients = Array.from({ length: 6 }, client);
    await expect.poll(() => versions.length).toBeGreaterThan(20);
    for (const [index, strategy] of (['rolling', 'recreate', 'rolling'] as const).entries()) {
      const request = requests[(index + 1) % 2] as (typeof requests)[0];
      await bench.apps.deploy({ ...request, strategy });
      const before = versions.length;
      await expect.poll(() => versions.length).toBeGreaterThan(before + 20);
    }
    over = true;
    await Promise.all(clients);
    expect(versions.at(-1)).toBe('two');
    const { started } = bench.apps.find('main', 'deployed-on-docker') as HostedApp;
    expect(started.stats().calls).toEqual({ succeeded: versions.length, failed: 0 });
    await expect.poll(() => started.containers().filter(({ draining }) => draining)).toEqual([]);
  });
});
