import { randomUUID } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Image } from '../../../src/sdk/image.ts';
import { openWay, unique, waysToBuild } from './ways-to-build.ts';

const base = Image.node('24');

async function temporaryFolder() {
  const folder = await mkdtemp(path.join(tmpdir(), 'dray-local-'));
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

describe.each(waysToBuild())('files of this machine: $title', (way) => {
  it('are baked into a layer with copy, for later steps to use', async () => {
    await using host = await openWay(way);
    await using made = await temporaryFolder();
    const { folder } = made;
    await mkdir(path.join(folder, 'data/empty'), { recursive: true });
    const word = randomUUID();
    await writeFile(path.join(folder, 'data/run.sh'), `echo ${word}`);
    await writeFile(path.join(folder, 'data/left.log'), 'no');
    await chmod(path.join(folder, 'data/run.sh'), 0o755);
    await symlink('run.sh', path.join(folder, 'data/link'));
    const image = base
      .addLocalDir(path.join(folder, 'data'), '/my data/in it', { copy: true, ignore: ['*.log'] })
      .addLocalFile(path.join(folder, 'data/left.log'), '/etc/dray/', { copy: true })
      .runCommands('"/my data/in it/link" > /said');
    const { reference } = await host.ensure(image);
    expect(await host.output(reference, ['cat', '/said'])).toBe(word);
    expect(await host.output(reference, ['cat', '/etc/dray/left.log'])).toBe('no');
    const list = ['sh', '-c', 'cd "/my data/in it" && find . | sort'];
    expect(await host.output(reference, list)).toBe('.\n./empty\n./link\n./run.sh');
    await writeFile(path.join(folder, 'data/other.log'), 'ignored');
    expect(await host.ensure(image)).toMatchObject({ reference, built: false });
    await writeFile(path.join(folder, 'data/run.sh'), 'echo other');
    expect((await host.ensure(image)).built).toBe(true);
  });

  it('build nothing without copy, however they change', async () => {
    await using host = await openWay(way);
    await using made = await temporaryFolder();
    const file = path.join(made.folder, 'a.txt');
    await writeFile(file, 'one');
    const plain = unique(base);
    const { reference } = await host.ensure(plain);
    const image = plain.addLocalFile(file, '/a.txt');
    expect(await host.ensure(image)).toMatchObject({ reference, built: false });
    await writeFile(file, 'two');
    expect(await host.ensure(image)).toMatchObject({ reference, built: false });
  });
});
