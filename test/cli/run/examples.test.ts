/**
 * The programs that the pages show do what the pages say.
 */
import path from 'node:path';
import { expect, it } from 'vitest';
import { dray, drayJson } from '../../helpers/run-command.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

const example = (name: string) => path.join(import.meta.dirname, '../../../docs/examples', name);

it('docs/examples/calls.ts calls in every way', async () => {
  await using folder = await tempFolder();
  const { document, exitCode } = await drayJson(
    ['run', '--json', '--backend', 'process', example('calls.ts')],
    { cwd: folder.path },
  );
  expect(exitCode).toBe(0);
  expect(document).toMatchObject({
    result: { one: 144, here: 144, all: [1, 4, 9], large: 2 ** 100 },
    calls: { succeeded: 7, failed: 0 },
  });
});

it('docs/examples/flags.ts takes the flags that docs/run.md shows', async () => {
  await using folder = await tempFolder();
  const flags =
    '--source ./in --width 512 --format webp --tags a --tags b --since 2026-01-31 --dry-run'.split(' ');
  const { exitCode, stdout } = await dray(
    ['run', '-q', '--backend', 'process', example('flags.ts'), ...flags],
    { cwd: folder.path },
  );
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    source: './in',
    width: 512,
    format: 'webp',
    tags: ['a', 'b'],
    since: '2026-01-31T00:00:00.000Z',
    dryRun: true,
  });
});
