import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { storeFolder } from './store-folder.ts';

const PROGRAMS = fileURLToPath(new URL('../fixtures/programs/', import.meta.url));

/** A disk of 1 MiB that is gone with the process: a mount namespace of its own, in a user namespace where need be. */
const ON_SMALL_DISK = 'mount -t tmpfs -o size=1m tmpfs "$1" && shift && exec "$@"';
const UNSHARE = ['--mount', ...(process.getuid?.() === 0 ? [] : ['--map-root-user'])];

/** Whether this machine lets a test mount a disk: Linux, as root or with user namespaces. */
function canMount(): boolean {
  using folder = storeFolder();
  try {
    execFileSync('unshare', [...UNSHARE, 'sh', '-c', ON_SMALL_DISK, 'sh', folder.path, 'true'], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    // Another system, or one that forbids it; the suite says that it did not run.
    return false;
  }
}

/** What a program of fixtures/programs says when the folder it is given is a disk of 1 MiB. */
function saidOnSmallDisk(program: string) {
  using folder = storeFolder();
  const node = [process.execPath, PROGRAMS + program, folder.path];
  const command = ['sh', '-c', ON_SMALL_DISK, 'sh', folder.path, ...node];
  return JSON.parse(execFileSync('unshare', [...UNSHARE, ...command], { encoding: 'utf8' }));
}

describe.runIf(canMount())('a store on a disk that is full (where a test may mount one)', () => {
  it('refuses writes with an error that says so, keeps what it has, and goes on when there is room', () => {
    const said = saidOnSmallDisk('store-on-full-disk.ts');
    expect(said).toEqual({
      openedWhenFull: 'NO_SPACE_LEFT',
      refused: 'NO_SPACE_LEFT',
      together: ['NO_SPACE_LEFT', 'NO_SPACE_LEFT', 'NO_SPACE_LEFT'],
      acknowledged: expect.any(Number),
      kept: said.acknowledged,
      seenByAnother: said.acknowledged,
      afterwards: 'created',
    });
    expect(said.acknowledged).toBeGreaterThan(10);
  });

  it('accepts no call and keeps no blob in part, loses none that it has, and goes on when there is room', () => {
    const said = saidOnSmallDisk('calls-on-full-disk.ts');
    expect(said).toEqual({
      count: expect.any(Number),
      refused: 'NO_SPACE_LEFT',
      settled: 'NO_SPACE_LEFT',
      put: 'NO_SPACE_LEFT',
      left: 0,
      isKept: true,
      read: 'whole',
      afterwards: { settled: ['fc-0'], put: true },
    });
    expect(said.count).toBeGreaterThan(50);
  });
});
