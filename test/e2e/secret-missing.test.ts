/**
 * An app whose secret is not there costs nothing: no image is built for it.
 */
import { expect, it } from 'vitest';
import { dray } from '../helpers/run-command.ts';
import { dockerApp, dockerOf, newestEngine } from './docker-app.ts';

it('builds no image before its secrets are there, and gives them to the function then', async () => {
  await using app = await dockerApp(`
import { Secret } from 'dray';
const image = Image.node().runCommands('echo ' + app.name + ' > /etc/app');
export const length = app.function({ image, secrets: [Secret.fromName('late', { requiredKeys: ['TOKEN'] })] }, async () =>
  process.env.TOKEN?.length);`);
  const missing = await app.run('app.ts');
  expect(missing.exitCode).toBe(4);
  expect(missing.stderr).toContain('Code: SECRET_NOT_FOUND');
  const options = { cwd: app.folder.path };
  await dray(['secret', 'create', 'late', 'OTHER=x'], options);
  expect((await app.run('app.ts')).stderr).toContain('Code: SECRET_LACKS_KEYS');
  await dray(['secret', 'create', 'late', 'TOKEN=12345', '--force'], options);
  const { document } = await app.json('app.ts');
  expect(document.result).toBe(5);
  // Built by this run: not by those before it.
  expect(document.images).toMatchObject([{ built: true }]);
  for (const { tag } of document.images) await dockerOf(newestEngine()).getImage(tag).remove({ force: true });
});
