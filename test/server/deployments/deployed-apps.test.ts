/**
 * Apps that are deployed, as their users see them: real containers in child processes, a real store.
 */
import { describe, expect, it } from 'vitest';
import type { DeployEvent } from '../../../src/protocol/deployment.ts';
import { deployBench } from '../../helpers/deployable-app.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

/** An app whose function says which version it is of. */
function versionApp(version: string, more = ''): string {
  return `
import { App } from 'dray';
const app = new App('shop');
export const version = app.function({ maxContainers: 1 }, async () => '${version}');
${more}
`;
}

describe('a deployed app', () => {
  it('serves what was deployed, and the next version from its deploy on', async () => {
    await using files = await tempFolder({ 'v1.ts': versionApp('one'), 'v2.ts': versionApp('two') });
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
    const second = await bench.apps.deploy(await bench.request(files.file('v2.ts')));
    expect(second).toMatchObject({ version: 2, previous: 1, changed: true });
    expect(second.functions).toMatchObject([{ change: 'changed', fields: ['code'], replaced: true }]);
    expect(await bench.call('shop', 'version')).toBe('two');
  });

  it('has no new version where nothing changed', async () => {
    await using files = await tempFolder({ 'v1.ts': versionApp('one'), 'same.ts': versionApp('one') });
    await using bench = await deployBench(files.file('data'));
    await bench.apps.deploy(await bench.request(files.file('v1.ts')));
    const again = await bench.apps.deploy(await bench.request(files.file('v1.ts')));
    expect(again).toMatchObject({ version: 1, changed: false, functions: [{ change: 'unchanged' }] });
    expect(await bench.apps.history('main', 'shop')).toHaveLength(1);
  });
});
