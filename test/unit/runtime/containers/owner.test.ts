import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import {
  formatOwner,
  type Owner,
  ownerState,
  parseOwner,
  startOf,
  thisOwner,
} from '../../../../src/runtime/containers/owner.ts';

describe('thisOwner', () => {
  it('is the same each time, and alive', () => {
    expect(thisOwner()).toEqual(thisOwner());
    expect(ownerState(thisOwner())).toBe('alive');
    expect(thisOwner().pid).toBe(process.pid);
  });

  it('survives being written as a label', () => {
    const text = formatOwner(thisOwner());
    expect(text).toMatch(/^[0-9a-f]{12}-[0-9a-f]*-\d+-\w*$/);
    expect(parseOwner(text)).toEqual(thisOwner());
  });
});

describe('parseOwner', () => {
  it.each(['', 'somebody', '123', 'aaaaaaaaaaaa-bb-1', 'aaaaaaaaaaaa-bb-x-1', '../etc-bb-1-1'])(
    'knows nothing of "%s"',
    (text) => {
      expect(parseOwner(text)).toBeUndefined();
    },
  );
});

describe('ownerState', () => {
  const own = thisOwner();

  it.each<{ name: string; owner: Owner; want: string }>([
    { name: 'a pid that another process has now', owner: { ...own, startedAt: '1' }, want: 'dead' },
    { name: 'a pid that no process has', owner: { ...own, pid: 4_194_305 }, want: 'dead' },
    { name: 'a process before the last boot', owner: { ...own, boot: '00000000' }, want: 'dead' },
    { name: 'a process of another machine', owner: { ...own, machine: 'ffffffffffff' }, want: 'elsewhere' },
    {
      name: 'a process of another machine, whatever else differs',
      owner: { machine: 'ffffffffffff', boot: '0', pid: 1, startedAt: '' },
      want: 'elsewhere',
    },
  ])('calls $name $want', ({ owner, want }) => {
    expect(ownerState(owner)).toBe(want);
  });

  it('sees a process live and die', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e9)']);
    const pid = child.pid as number;
    const owner = { ...own, pid, startedAt: startOf(pid) as string };
    expect(ownerState(owner)).toBe('alive');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(ownerState(owner)).toBe('dead');
  });
});

describe('startOf', () => {
  it('reads past a command name that holds spaces and brackets', async () => {
    const child = spawn(process.execPath, [
      '-e',
      `process.title = 'a) (b'; console.log(1); setInterval(() => {}, 1e9)`,
    ]);
    const before = startOf(child.pid as number);
    await once(child.stdout, 'data');
    expect(before).toMatch(/^\d+$/);
    expect(startOf(child.pid as number)).toBe(before);
    child.kill();
    await once(child, 'exit');
  });
});
