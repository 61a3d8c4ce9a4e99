import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Image } from '../../../src/sdk/image.ts';
import { openWay, unique, waysToBuild } from './ways-to-build.ts';

/** Debian's own Python, which no registry has to be asked for. It refuses pip unless it is told otherwise. */
const base = Image.node('24').aptInstall('python3', 'python3-pip');

const print = (program: string) => ['python3', '-c', program];

async function requirements(lines: string) {
  const folder = await mkdtemp(path.join(tmpdir(), 'dray-pip-'));
  const file = path.join(folder, 'requirements.txt');
  await writeFile(file, lines);
  return { file, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

describe.each(waysToBuild())('python packages: $title', (way) => {
  it('come from pip and from uv, and leave neither caches nor uv behind', async () => {
    await using host = await openWay(way);
    const image = unique(base).pipInstall('six==1.16.0').uvPipInstall('idna==3.7', 'attrs==23.2.0');
    const { reference } = await host.ensure(image);
    const program = 'import six, idna, attr; print(six.__version__, idna.__version__, attr.__version__)';
    expect(await host.output(reference, print(program))).toBe('1.16.0 3.7 23.2.0');
    const left = [
      'sh',
      '-c',
      'find / -xdev \\( -name ".cache" -o -name "uv" -o -name ".lock" \\) -not -path "/proc/*"',
    ];
    expect(await host.output(reference, left)).toBe('');
  });

  it('come from a requirements file, and anew when it changes', async () => {
    await using host = await openWay(way);
    await using list = await requirements('six==1.16.0\n');
    const image = unique(base).pipInstallFromRequirements(list.file);
    const first = await host.ensure(image);
    expect(await host.output(first.reference, print('import six; print(six.__version__)'))).toBe('1.16.0');
    expect(await host.ensure(image)).toMatchObject({ reference: first.reference, built: false });
    await writeFile(list.file, 'six==1.17.0\n');
    const second = await host.ensure(image);
    expect(second).toMatchObject({ built: true });
    expect(await host.output(second.reference, print('import six; print(six.__version__)'))).toBe('1.17.0');
  });

  it.each([
    { image: base.pipInstall('dray-no-such-package-1'), missing: 'dray-no-such-package-1' },
    { image: base.pipInstall('six==99.9'), missing: 'six==99.9' },
    { image: base.uvPipInstall('dray-no-such-package-1'), missing: 'dray-no-such-package-1' },
    { image: base.uvPipInstall('six==99.9'), missing: 'six==99.9' },
  ])('that do not exist are named: $missing', async ({ image, missing }) => {
    await using host = await openWay(way);
    await expect(host.ensure(image)).rejects.toMatchObject({
      code: 'IMAGE_PACKAGE_NOT_FOUND',
      exitCode: 2,
      message: expect.stringContaining(`the package "${missing}" of `),
    });
  });

  it('need a Python, and say so', async () => {
    await using host = await openWay(way);
    await expect(host.ensure(unique(Image.node('24')).pipInstall('six'))).rejects.toMatchObject({
      code: 'IMAGE_BUILD_FAILED',
      details: expect.stringContaining('the image has no python3 with pip: start from Image.python()'),
    });
  });
});
