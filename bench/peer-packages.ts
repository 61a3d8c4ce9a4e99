/**
 * Installs the peers that dray is compared with, where they are missing or of other versions than locked.
 *
 * They live in bench/node_modules, so that dray's own dependencies stay free of them.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { execa } from 'execa';
import { inRepository } from './repository.ts';

const LOCK = inRepository('bench/package-lock.json');
/** Copy of the lock that the present packages were installed from. */
const INSTALLED = inRepository('bench/node_modules/.installed-lock.json');

/** Resolves when bench/node_modules holds what the lock says. */
export async function installPeers(): Promise<void> {
  const lock = await readFile(LOCK, 'utf8');
  const installed = await readFile(INSTALLED, 'utf8').catch(() => undefined);
  if (installed === lock) return;
  await execa('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: inRepository('bench'),
    stdio: ['ignore', 2, 2],
  });
  await writeFile(INSTALLED, lock);
}
