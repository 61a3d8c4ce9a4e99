import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatOwner, startOf, thisOwner } from '../../../../../src/runtime/containers/owner.ts';
import { makeRecord, reapRecords } from '../../../../../src/runtime/containers/process/process-records.ts';

let base = '';
let folder = '';
const children: ChildProcess[] = [];
const dead = { ...thisOwner(), pid: 4_194_305 };

beforeEach(() => {
  base = mkdtempSync(path.join(tmpdir(), 'process-records-'));
  folder = path.join(base, 'records');
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(base, { recursive: true });
});

/** A process that leads its own group. */
function sleeper(): number {
  const child = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' });
  children.push(child);
  return child.pid as number;
}

describe('makeRecord', () => {
  it('makes an empty working directory that only this user can enter, and removes all of it again', async () => {
    const record = await makeRecord(thisOwner(), folder);
    expect(readdirSync(record.workFolder)).toEqual([]);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    record.note(process.pid);
    await record.remove();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('keeps the folder of an owner that has other containers', async () => {
    const [first, second] = [await makeRecord(thisOwner(), folder), await makeRecord(thisOwner(), folder)];
    await first.remove();
    expect(existsSync(second.workFolder)).toBe(true);
    expect(existsSync(first.workFolder)).toBe(false);
  });

  it('takes the rights of others away from a folder that is there', async () => {
    mkdirSync(folder, { mode: 0o777 });
    await makeRecord(thisOwner(), folder);
    expect(statSync(folder).mode & 0o077).toBe(0);
  });

  it('refuses a folder that is only a link to one', async () => {
    mkdirSync(path.join(base, 'elsewhere'));
    symlinkSync(path.join(base, 'elsewhere'), folder);
    await expect(makeRecord(thisOwner(), folder)).rejects.toMatchObject({ code: 'TEMP_FOLDER_TAKEN' });
  });
});

describe('reapRecords', () => {
  it('ends the processes of a dead owner and removes its folder', async () => {
    const pid = sleeper();
    const exited = once(children[0] as ChildProcess, 'exit');
    (await makeRecord(dead, folder)).note(pid);
    expect(await reapRecords(folder)).toBe(1);
    await exited;
    expect(startOf(pid)).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
    expect(await reapRecords(folder)).toBe(0);
  });

  it('leaves the processes of a living owner alone', async () => {
    const pid = sleeper();
    (await makeRecord(thisOwner(), folder)).note(pid);
    expect(await reapRecords(folder)).toBe(0);
    expect(startOf(pid)).toBeDefined();
    expect(readdirSync(folder)).toEqual([formatOwner(thisOwner())]);
  });

  it('leaves a process alone that only has the pid of a recorded one', async () => {
    const pid = sleeper();
    const record = await makeRecord(dead, folder);
    record.note(pid);
    const file = path.join(path.dirname(record.workFolder), 'process');
    writeFileSync(file, `${pid} 12345`);
    expect(await reapRecords(folder)).toBe(0);
    expect(startOf(pid)).toBeDefined();
  });

  it('signals nobody for an owner of an earlier boot, and forgets it', async () => {
    const pid = sleeper();
    (await makeRecord({ ...dead, boot: '00000000' }, folder)).note(pid);
    expect(await reapRecords(folder)).toBe(0);
    expect(startOf(pid)).toBeDefined();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('forgets a container that was never noted, and leaves strange files alone', async () => {
    await makeRecord(dead, folder);
    mkdirSync(path.join(folder, 'not-ours'));
    expect(await reapRecords(folder)).toBe(0);
    expect(readdirSync(folder)).toEqual(['not-ours']);
  });

  it('finds nothing where there never was anything', async () => {
    expect(await reapRecords(path.join(base, 'none'))).toBe(0);
  });
});
