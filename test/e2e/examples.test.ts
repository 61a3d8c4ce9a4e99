/**
 * The image that docs/images.md shows, built and used.
 */
import path from 'node:path';
import { expect, it } from 'vitest';
import { drayJson } from '../helpers/run-command.ts';
import { tempFolder } from '../helpers/temp-folder.ts';
import { engineEnvironment, newestEngine, type RunDocument } from './docker-app.ts';

it('docs/examples/images.ts runs with the packages and programs of its image', async () => {
  await using home = await tempFolder();
  const example = path.join(import.meta.dirname, '../../docs/examples/images.ts');
  const { document, stderr } = await drayJson<RunDocument>(['run', '--json', example, '--n', '7'], {
    cwd: home.path,
    env: engineEnvironment(newestEngine()),
  });
  expect(document.result, stderr).toEqual({ odd: true, kind: 'ASCII text', greeting: 'hello' });
});

it('docs/examples/borrowed-node.ts runs in an image that has no Node', async () => {
  await using home = await tempFolder();
  const example = path.join(import.meta.dirname, '../../docs/examples/borrowed-node.ts');
  const { document, stderr } = await drayJson<RunDocument>(['run', '--json', example], {
    cwd: home.path,
    env: engineEnvironment(newestEngine()),
  });
  expect(document.result, stderr).toEqual({
    node: expect.stringMatching(/^24\./),
    users: expect.stringMatching(/^root:/),
  });
});
