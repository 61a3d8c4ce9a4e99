/**
 * A server that is killed in the middle of a deploy.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { deployBench } from '../../helpers/deployable-app.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

const PROGRAM = fileURLToPath(new URL('../../fixtures/programs/halted-deploy.ts', import.meta.url));

const app = (version: string) => `
import { App, Secret } from 'dray';
const app = new App('shop', { secrets: [Secret.fromObject({ TOKEN: 'of ${version}' })] });
export const version = app.function({ minContainers: 1 }, async () => ['${version}', process.env.TOKEN]);
`;

/** Deploys a file in a process of its own, which is killed at that moment. */
async function killedAt(moment: string, data: string, file: string): Promise<void> {
  const child = spawn(process.execPath, [PROGRAM, data, file, moment], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const closed = once(child, 'close');
  const [said] = await Promise.race([once(child.stdout, 'data'), closed.then(() => ['it ended'])]);
  expect(String(said)).toBe('halted\n');
  child.kill('SIGKILL');
  await closed;
}

describe('a server that is killed in the middle of a deploy', () => {
  it.each(['starting', 'ready', 'sealing'])(
    'serves the old version when it is back: at %s',
    async (moment) => {
      await using files = await tempFolder({ 'v1.ts': app('one'), 'v2.ts': app('two') });
      const data = files.file('data');
      {
        await using bench = await deployBench(data);
        await bench.apps.deploy(await bench.request(files.file('v1.ts')));
      }
      await killedAt(moment, data, files.file('v2.ts'));
      await using bench = await deployBench(data);
      await bench.apps.restore();
      expect(await bench.call('shop', 'version')).toEqual(['one', 'of one']);
      expect((await bench.apps.history('main', 'shop')).map(({ version }) => version)).toEqual([1]);
      // And what the killed one left is in nobody's way.
      expect(await bench.apps.deploy(await bench.request(files.file('v2.ts')))).toMatchObject({ version: 2 });
      expect(await bench.call('shop', 'version')).toEqual(['two', 'of two']);
    },
  );

  it('serves the new version when it is back, once that was published', async () => {
    await using files = await tempFolder({ 'v1.ts': app('one'), 'v2.ts': app('two') });
    const data = files.file('data');
    {
      await using bench = await deployBench(data);
      await bench.apps.deploy(await bench.request(files.file('v1.ts')));
    }
    await killedAt('published', data, files.file('v2.ts'));
    await using bench = await deployBench(data);
    await bench.apps.restore();
    expect(await bench.call('shop', 'version')).toEqual(['two', 'of two']);
    expect((await bench.apps.history('main', 'shop')).map(({ version }) => version)).toEqual([2, 1]);
  });

  it('leaves nothing half-written where its first deploy is cut off', async () => {
    await using files = await tempFolder({ 'v1.ts': app('one') });
    const data = files.file('data');
    await killedAt('sealing', data, files.file('v1.ts'));
    await using bench = await deployBench(data);
    await bench.apps.restore();
    expect(await bench.apps.list()).toEqual([]);
    expect(bench.apps.running()).toEqual([]);
    expect(await readdir(data)).not.toContain('trees');
  });
});
