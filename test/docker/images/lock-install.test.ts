import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Image } from '../../../src/sdk/image.ts';
import { openWay, unique, waysToBuild } from './ways-to-build.ts';

const LOCKS = path.join(import.meta.dirname, '../../fixtures/locks');
const MANAGERS = ['npm', 'pnpm', 'yarn', 'yarn-berry', 'bun'];

const base = Image.node('24');

async function project(manager: string) {
  const folder = await mkdtemp(path.join(tmpdir(), 'dray-lock-'));
  await cp(path.join(LOCKS, manager), folder, { recursive: true });
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

describe.each(waysToBuild())('lock files: $title', (way) => {
  it.each(MANAGERS)('of %s are installed exactly, for all folders, and leave no cache', async (manager) => {
    await using host = await openWay(way);
    await using locked = await project(manager);
    const image = unique(base).npmInstallFromLock(locked.folder);
    const { reference } = await host.ensure(image);
    const program = 'console.log(require("is-odd")(3), require("is-odd/package.json").version)';
    expect(await host.output(reference, ['node', '-e', program], '/tmp')).toBe('true 3.0.1');
    const left = 'find / -xdev \\( -name ".npm" -o -name ".cache" -o -name ".bun" -o -name ".yarn" \\)';
    expect(await host.output(reference, ['sh', '-c', left])).toBe('');
    expect(await host.ensure(image)).toMatchObject({ reference, built: false });
  });

  it('stand beside packages that are installed by name, in either order', async () => {
    await using host = await openWay(way);
    await using locked = await project('npm');
    const program = 'console.log(require("is-odd")(3), require("left-pad")("7", 3, "0"))';
    for (const image of [
      unique(base).npmInstallFromLock(locked.folder).npmInstall('left-pad@1.3.0'),
      unique(base).npmInstall('left-pad@1.3.0').npmInstallFromLock(locked.folder),
    ]) {
      const { reference } = await host.ensure(image);
      expect(await host.output(reference, ['node', '-e', program], '/tmp')).toBe('true 007');
    }
  });

  it('that do not fit their package.json are refused by the package manager', async () => {
    await using host = await openWay(way);
    await using locked = await project('npm');
    const file = path.join(locked.folder, 'package.json');
    await writeFile(file, (await readFile(file, 'utf8')).replace('^3.0.0', '^2.0.0'));
    await expect(host.ensure(unique(base).npmInstallFromLock(locked.folder))).rejects.toMatchObject({
      code: 'IMAGE_BUILD_FAILED',
      details: expect.stringContaining('is-odd'),
    });
  });
});
