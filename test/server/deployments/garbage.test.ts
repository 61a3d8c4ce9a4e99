/**
 * What the data folder of a server keeps, and what is removed from it.
 */
import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { DeployedApps } from '../../../src/runtime/deployments/deployed-apps.ts';
import { deployBench } from '../../helpers/deployable-app.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

const app = (version: string) => `
import { App, Image, Secret } from 'dray';
const app = new App('shop', {
  image: Image.node().addLocalDir('./files', '/files'),
  secrets: [Secret.fromObject({ TOKEN: 'of ${version}' })],
});
export const version = app.function(async () => ['${version}', process.env.TOKEN]);
`;

describe('the data folder of a server', () => {
  it('keeps what any version names, and nothing else', async () => {
    await using files = await tempFolder({ 'v1.ts': app('one'), 'v2.ts': app('two'), 'files/a': 'of one' });
    const data = files.file('data');
    await using bench = await deployBench(data);
    const apps = bench.apps as DeployedApps;
    await apps.deploy(await bench.request(files.file('v1.ts')));
    await files.write('files/a', 'of two');
    await apps.deploy(await bench.request(files.file('v2.ts')));
    await files.write('files/a', 'of nobody');
    await bench.request(files.file('v2.ts'));
    const orphan = await bench.store.secrets.get(
      'main',
      (await bench.store.secrets.list('main'))[0]?.name as string,
    );
    const { environment, keys, sealed } = orphan as NonNullable<typeof orphan>;
    await bench.store.secrets.put(
      { environment, name: 'deployment:shop:orphan', keys, at: Date.now(), seal: () => sealed },
      { replace: false },
    );
    const blobs = async () =>
      (await readdir(`${data}/blobs/sha256`, { recursive: true })).filter((name) => name.length > 10).length;
    const before = await blobs();
    const later = Date.now() + 60_000;
    // Nothing is old yet.
    await apps.collectGarbage(Date.now() - 60_000);
    expect(await blobs()).toBe(before);
    await apps.collectGarbage(later);
    // The tree and the file that nobody deployed.
    expect(await blobs()).toBe(before - 2);
    expect((await bench.store.secrets.list('main')).map(({ name }) => name)).not.toContain(
      'deployment:shop:orphan',
    );
    await apps.rollback('main', 'shop', 1, { by: 'ada' });
    expect(await bench.call('shop', 'version')).toEqual(['one', 'of one']);
    await apps.collectGarbage(later);
    expect(await readdir(`${data}/trees`)).toHaveLength(2);
  });
});
