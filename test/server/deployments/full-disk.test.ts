/**
 * Deploys to a server whose disk is full.
 */
import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../../helpers/temp-folder.ts';

const PROGRAM = fileURLToPath(new URL('../../fixtures/programs/deploy-on-full-disk.ts', import.meta.url));

/** A disk of 6 MiB that is gone with the process. */
const ON_SMALL_DISK = 'mount -t tmpfs -o size=6m tmpfs "$1" && shift && exec "$@"';
const UNSHARE = ['--mount', ...(process.getuid?.() === 0 ? [] : ['--map-root-user'])];

function onSmallDisk(folder: string, command: readonly string[]): string {
  return execFileSync('unshare', [...UNSHARE, 'sh', '-c', ON_SMALL_DISK, 'sh', folder, ...command], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  });
}

/** Whether this machine lets a test mount a disk: Linux, as root or with user namespaces. */
async function canMount(): Promise<boolean> {
  await using folder = await tempFolder();
  try {
    onSmallDisk(folder.path, ['true']);
    return true;
  } catch {
    // Another system, or one that forbids it; the suite says that it did not run.
    return false;
  }
}

const app = (version: string) => `
import { App } from 'dray';
const app = new App('shop');
export const version = app.function(async () => '${version}');
`;

describe.runIf(await canMount())('a deploy to a full disk (where a test may mount one)', () => {
  it('publishes nothing, leaves the version that serves alone, and goes through when there is room', async () => {
    await using files = await tempFolder({ 'v1.ts': app('one'), 'v2.ts': app('two') });
    await mkdir(files.file('disk'));
    const said = onSmallDisk(files.file('disk'), [
      ...[process.execPath, PROGRAM, files.file('disk')],
      ...[files.file('v1.ts'), files.file('v2.ts')],
    ]);
    expect(JSON.parse(said)).toEqual({
      whenFull: 'NO_SPACE_LEFT',
      served: 'one',
      history: 1,
      sending: 'NO_SPACE_LEFT',
      afterwards: 2,
      servedThen: 'two',
    });
  });
});
