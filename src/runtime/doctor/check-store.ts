/**
 * Check: whether the store opens, and which version and size it has. One that is not there yet is not made.
 */
import { access, constants, stat } from 'node:fs/promises';
import path from 'node:path';
import { dataFolder } from '../../config/paths.ts';
import type { Finding } from '../../protocol/finding.ts';
import { SCHEMA_VERSION } from '../store/migrations.ts';
import { openStore, storeFile } from '../store/open-store.ts';
import { ok, problem } from './findings.ts';

export async function checkStore(env: Readonly<Record<string, string | undefined>>): Promise<Finding[]> {
  const folder = dataFolder(env);
  const file = storeFile(folder);
  if ((await sizeOf(file)) === undefined) return [await judgeAbsent(folder)];
  await using store = await openStore(folder);
  const [environments] = await Promise.all([store.environments.list()]);
  const sizes = await Promise.all([file, `${file}-wal`].map(sizeOf));
  const kib = Math.ceil(sizes.reduce((sum: number, size) => sum + (size ?? 0), 0) / 1_024);
  const held = `${environments.length} environment${environments.length === 1 ? '' : 's'}`;
  return [ok('store', `${file}: version ${SCHEMA_VERSION}, ${kib} KiB, ${held}`)];
}

/** It is made when it is first needed; what matters is whether it can be. */
async function judgeAbsent(folder: string): Promise<Finding> {
  let existing = folder;
  while ((await sizeOf(existing)) === undefined && path.dirname(existing) !== existing) {
    existing = path.dirname(existing);
  }
  try {
    await access(existing, constants.W_OK | constants.X_OK);
    if ((await stat(existing)).isDirectory())
      return ok('store', `none yet; it is made in ${folder} when it is needed`);
  } catch {
    // It is told below, as for what is no folder.
  }
  return problem(
    'store',
    `${folder} cannot be made: ${existing} is no folder that can be written to`,
    'set DRAY_DATA_DIR to another folder',
  );
}

/** Undefined where there is nothing. */
function sizeOf(file: string): Promise<number | undefined> {
  return stat(file).then(
    ({ size }) => size,
    () => undefined,
  );
}
