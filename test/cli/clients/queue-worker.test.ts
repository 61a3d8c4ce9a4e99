/**
 * The template queue-worker, deployed and fed as its user does.
 */
import { mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { dray } from '../../helpers/run-command.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';
import { deployedApp } from './deployed-app.ts';

const ROOT = path.join(import.meta.dirname, '../../..');

it('queue-worker takes orders from another program, each once, and keeps their results', async () => {
  await using folder = await tempFolder();
  expect((await dray(['init', 'queue-worker'], { cwd: folder.path })).exitCode).toBe(0);
  // As `npm install` would.
  await mkdir(folder.file('node_modules'));
  await symlink(ROOT, folder.file('node_modules/dray'));
  await using app = await deployedApp(folder.file('app.ts'));
  const enqueue = () => app.program(folder.file('enqueue.ts'), [folder.file('orders.jsonl')]);
  const ids = await enqueue();
  expect(ids.split('\n')).toEqual(Array(4).fill(expect.stringMatching(/^fc-\w{22}$/)));
  expect(await app.program(folder.file('results.ts'), [], ids)).toBe(
    ['1001: 120.00', '1002: 154.00', 'failed: the order 1003 is empty', '1004: 27.00'].join('\n'),
  );
  expect(await enqueue()).toBe(ids);
  const { document } = await app.json<{ calls: { state: string; attempts: number }[] }>('call', 'list');
  expect(document.calls.map(({ state, attempts }) => [state, attempts])).toEqual([
    ['succeeded', 1],
    ['failed', 4],
    ['succeeded', 1],
    ['succeeded', 1],
  ]);
});
