import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { DoctorResult } from '../../../src/commands/doctor.ts';
import { formatOwner, startOf, thisOwner } from '../../../src/runtime/containers/owner.ts';
import { dray, drayJson } from '../../helpers/run-command.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

const NOWHERE = 'unix:///nowhere/docker.sock';

async function examined(cwd: string, env: Record<string, string>) {
  const { document, exitCode } = await drayJson<DoctorResult>(['doctor', '--json'], { cwd, env });
  const of = (check: string) => document.findings.filter((finding) => finding.check === check);
  return { document, exitCode, of };
}

describe('dray doctor', () => {
  it('ends with exit code 3 where the Docker that was chosen does not answer, and says what to do', async () => {
    await using folder = await tempFolder();
    const { document, exitCode, of } = await examined(folder.path, { DOCKER_HOST: NOWHERE });
    expect({ ok: document.ok, exitCode }).toEqual({ ok: false, exitCode: 3 });
    expect(of('docker')).toEqual([
      {
        check: 'docker',
        level: 'problem',
        message: `cannot reach Docker at ${NOWHERE} (chosen by DOCKER_HOST)`,
        advice: 'start Docker and try again',
      },
    ]);
  });

  it('ends with exit code 0 where there is no problem', async () => {
    await using folder = await tempFolder({ '.dray.toml': '[default]\nbackend = "process"\n' });
    await chmod(folder.file('.dray.toml'), 0o600);
    const { document, exitCode, of } = await examined(folder.path, { DOCKER_HOST: NOWHERE });
    expect({ ok: document.ok, exitCode }).toEqual({ ok: true, exitCode: 0 });
    expect(of('docker')[0]?.message).toContain('not needed: backend is process');
  });

  it('prints a line for each finding, with a mark and what to do', async () => {
    await using folder = await tempFolder({ '.dray.toml': '[default]\nbakend = "process"\n' });
    await chmod(folder.file('.dray.toml'), 0o644);
    const { stdout, stderr, exitCode } = await dray(['doctor'], {
      cwd: folder.path,
      env: { DOCKER_HOST: NOWHERE, PATH: folder.file('nothing') },
    });
    const lines = stdout.trimEnd().split('\n');
    expect(exitCode).toBe(3);
    expect(lines.at(-1)).toBe('1 problem, 2 warnings');
    expect(lines).toContainEqual(expect.stringMatching(/^✖ docker {5}cannot reach Docker .* → start Docker/));
    expect(lines).toContainEqual(expect.stringMatching(/^! config {5}.*mode 0644.* → /));
    expect(lines).toContainEqual(expect.stringMatching(/^! config {5}.*did you mean backend\? → /));
    expect(lines).toContainEqual(expect.stringMatching(/^✔ node {7}Node \d+/));
    expect(lines.slice(0, -2).filter((line) => !/^[✔!✖] \w+ +\S/.test(line))).toEqual([]);
    expect(stderr).toBe('');
  });

  it('works where everything is broken', async () => {
    await using folder = await tempFolder({
      file: '',
      'docker/config.json': '{',
      '.dray.toml': '[default\n',
    });
    const { document, exitCode, of } = await examined(folder.path, {
      PATH: folder.file('nothing'),
      HOME: folder.file('file'),
      TMPDIR: folder.file('nothing'),
      DRAY_DATA_DIR: folder.file('file'),
      DRAY_CONFIG_PATH: folder.file('.dray.toml'),
      DRAY_PROFILE: 'nobody',
      DOCKER_CONFIG: folder.file('docker'),
      DOCKER_HOST: 'garbage::',
    });
    expect(exitCode).toBe(3);
    expect(of('config')[0]).toMatchObject({
      level: 'problem',
      message: expect.stringContaining('line 1, column 9'),
    });
    expect(of('docker')[0]).toMatchObject({ level: 'problem' });
    expect(of('node')[0]).toMatchObject({ level: 'ok' });
    expect(of('builder')).toHaveLength(1);
    expect(document.findings.filter(({ level, advice }) => level !== 'ok' && !advice)).toEqual([]);
    expect(JSON.stringify(document)).not.toContain('this check failed');
  });

  it('ends and counts what a run that was killed left behind', async () => {
    await using folder = await tempFolder();
    const child = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
    const pid = child.pid as number;
    const ended = once(child, 'exit');
    // What a run that was killed leaves: its record, under an owner that is no longer there.
    const owner = formatOwner({ ...thisOwner(), startedAt: '0' });
    const record = folder.file(`tmp/dray-${process.getuid?.()}/${owner}/container`);
    await mkdir(record, { recursive: true });
    await writeFile(`${record}/process`, `${pid} ${startOf(pid)}`);
    const { of } = await examined(folder.path, { TMPDIR: folder.file('tmp'), DOCKER_HOST: NOWHERE });
    expect(of('leftovers')).toEqual([
      { check: 'leftovers', level: 'ok', message: 'removed 1 child process of runs that were killed' },
    ]);
    await ended;
  });

  it('looks at the Docker of the profile', async () => {
    await using folder = await tempFolder({ '.dray.toml': `[lab]\ndocker_host = "${NOWHERE}"\n` });
    await chmod(folder.file('.dray.toml'), 0o600);
    const { of } = await examined(folder.path, { DRAY_PROFILE: 'lab' });
    expect(of('docker')[0]?.message).toContain('chosen by docker_host of profile lab');
  });
});
