/**
 * Decides where the lab keeps its files.
 *
 * One cache folder holds what is expensive to make (engines, base images), one folder per running lab
 * holds what dies with it, and one state file names the lab that `up` started. It creates nothing.
 *
 * Invariants
 * - no path lies inside the repository: a build context must never contain an engine's data
 */
import { homedir } from 'node:os';
import path from 'node:path';

/** The folder that survives everything and may be deleted at any time while no lab runs. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  return path.join(env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'dray-lab');
}

/** Extracted engines, one folder per name. */
export function enginesFolder(): string {
  return path.join(cacheFolder(), 'engines');
}

/** Browsers, one folder per Debian suite. */
export function browsersFolder(): string {
  return path.join(cacheFolder(), 'browsers');
}

/** Registry storages, one folder per set of base images. */
export function imagesFolder(): string {
  return path.join(cacheFolder(), 'images');
}

/** One folder per running lab. */
export function runsFolder(): string {
  return path.join(cacheFolder(), 'runs');
}

/** Held while caches are made and labs are started or reaped. */
export function lockFile(): string {
  return path.join(cacheFolder(), 'lock');
}

/** Names the lab that `up` started. `DRAY_LAB_STATE` points elsewhere. */
export function stateFile(env: NodeJS.ProcessEnv = process.env): string {
  return env.DRAY_LAB_STATE || path.join(cacheFolder(), 'state.json');
}
