/**
 * Makes the root file system of a slim Debian image.
 *
 * Debian's own mmdebstrap does the work; documentation and translations stay out, as in the official slim
 * images. It does not pack or name anything.
 *
 * Invariants
 * - owners inside are numeric and right: this runs as root
 */
import { execa } from 'execa';
import { systemPath } from './debian-packages.ts';

const LEFT_OUT = ['doc', 'groff', 'info', 'linda', 'lintian', 'locale', 'man'];

/** Writes a tar of Debian 12 with these packages on top of the smallest set that has apt. */
export async function writeDebianRoot(tarFile: string, packages: string[] = []): Promise<void> {
  const leaveOut = LEFT_OUT.map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`);
  const include = packages.length > 0 ? [`--include=${packages.join(',')}`] : [];
  await execa('mmdebstrap', ['--variant=minbase', ...leaveOut, ...include, 'bookworm', tarFile], {
    env: { PATH: systemPath() },
  });
}
