/**
 * Decides whether this machine can carry engines of the lab's own.
 *
 * It needs Linux, root, and Debian's package tools and keys. It changes nothing.
 *
 * Invariants
 * - the reason is a sentence a person can act on
 */
import { access, readFile } from 'node:fs/promises';
import process from 'node:process';

/** Why no engine can be set up here, or undefined where it can. */
export async function labObstacle(): Promise<string | undefined> {
  if (process.platform !== 'linux')
    return `setting up a Docker engine needs Linux, this is ${process.platform}`;
  if (process.getuid?.() !== 0) return 'setting up a Docker engine needs root';
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  if (!/^ID(_LIKE)?=.*\bdebian\b/m.test(release))
    return 'setting up a Docker engine needs Debian or a relative';
  for (const file of ['/usr/bin/apt-get', '/usr/share/keyrings/debian-archive-keyring.gpg']) {
    const there = await access(file).then(
      () => true,
      () => false,
    );
    if (!there) return `setting up a Docker engine needs ${file}`;
  }
  return undefined;
}
