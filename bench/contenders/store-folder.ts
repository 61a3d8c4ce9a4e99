/**
 * A folder on a disk for what a contender writes, gone with its process.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** The folder's path. */
export function storeFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'dray-bench-store-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
