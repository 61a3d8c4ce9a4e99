/**
 * Makes the root file system of a slim Debian image.
 *
 * Debian's own mmdebstrap does the work; documentation and translations stay out, as in the official slim
 * images. It does not pack or name anything.
 *
 * Invariants
 * - owners inside are numeric and right: this runs as root
 */
import path from 'node:path';
import { execa } from 'execa';
import { systemPath } from './debian-packages.ts';

const LEFT_OUT = ['doc', 'groff', 'info', 'linda', 'lintian', 'locale', 'man'];

/** PATH of every image made from such a root. */
export const PATH_IN_IMAGES = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What the official image tells apt, so that a build behaves and weighs the same. */
const CLEAN =
  'rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb /var/cache/apt/*.bin || true';
const APT_SETTINGS = {
  'docker-clean': [
    `DPkg::Post-Invoke { "${CLEAN}"; };`,
    `APT::Update::Post-Invoke { "${CLEAN}"; };`,
    'Dir::Cache::pkgcache "";',
    'Dir::Cache::srcpkgcache "";',
  ],
  'docker-no-languages': ['Acquire::Languages "none";'],
  'docker-gzip-indexes': ['Acquire::GzipIndexes "true";'],
  'docker-autoremove-suggests': ['Apt::AutoRemove::SuggestsImportant "false";'],
};

/** Writes a tar of Debian 12 with these packages on top of the smallest set that has apt. */
export async function writeDebianRoot(tarFile: string, packages: string[] = []): Promise<void> {
  const leaveOut = LEFT_OUT.map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`);
  const settings = Object.entries(APT_SETTINGS).map(
    ([name, lines]) =>
      `--customize-hook=printf '%s\\n' ${lines.map(quote).join(' ')} > "$1/etc/apt/apt.conf.d/${name}"`,
  );
  // With the settings above apt no longer knows these files, and would leave them in the image.
  settings.push('--customize-hook=rm -f "$1"/var/cache/apt/*.bin');
  // Without usr-is-merged, a package that merges /usr at run time comes in, and all of Perl with it.
  const include = `--include=${['usr-is-merged', ...packages].join(',')}`;
  const hooks = '--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr';
  const options = ['--variant=minbase', hooks, include, ...leaveOut, ...settings];
  await execa('mmdebstrap', [...options, 'bookworm', tarFile], {
    // Its workspace lies beside the result: what an interrupted run leaves is removed with it.
    env: { PATH: systemPath(), TMPDIR: path.dirname(tarFile) },
  });
}

function quote(text: string): string {
  return `'${text}'`;
}
