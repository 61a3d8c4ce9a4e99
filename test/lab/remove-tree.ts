/**
 * Removes a folder that may still have file systems mounted inside.
 *
 * An engine that was killed leaves its containers' mounts behind. They are unmounted first; if one stays,
 * the folder stays too, because deleting through a mount would delete somebody else's files.
 *
 * Invariants
 * - nothing is deleted while a mount lies below the folder
 */
import { readFile, rm } from 'node:fs/promises';
import { execa } from 'execa';
import { systemPath } from './debian-packages.ts';

/** Unmounts what lies below `folder` and deletes it. */
export async function removeTree(folder: string): Promise<void> {
  for (const mount of await mountsBelow(folder)) {
    const env = { PATH: systemPath() };
    const unmounted = await execa('umount', [mount], { env, reject: false });
    if (unmounted.failed) await execa('umount', ['--lazy', mount], { env, reject: false });
  }
  const left = await mountsBelow(folder);
  if (left.length > 0) throw new Error(`${folder} is kept: still mounted inside: ${left.join(', ')}`);
  await rm(folder, { recursive: true, force: true, maxRetries: 3, retryDelay: 200 });
}

/** Mount points below `folder`, the last mounted first. */
async function mountsBelow(folder: string): Promise<string[]> {
  const table = await readFile('/proc/self/mountinfo', 'utf8');
  return table
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .map((point) =>
      point.replace(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 8))),
    )
    .filter((point) => point.startsWith(`${folder}/`))
    .reverse();
}
