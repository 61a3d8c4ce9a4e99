/**
 * Where dray keeps what lasts: the data folder (store, key) and the settings file.
 *
 * Pure: it names paths and creates nothing. Sources: XDG Base Directory Specification 0.8; on macOS the
 * same places, as most command-line tools do.
 */
import { homedir } from 'node:os';
import path from 'node:path';

type Env = Readonly<Record<string, string | undefined>>;

/** `DRAY_DATA_DIR`, else `$XDG_DATA_HOME/dray`, else `~/.local/share/dray`. */
export function dataFolder(env: Env = process.env, home: string = homedir()): string {
  if (env.DRAY_DATA_DIR) return path.resolve(env.DRAY_DATA_DIR);
  // The specification: a relative path here is invalid and ignored.
  const base = env.XDG_DATA_HOME;
  return path.join(base && path.isAbsolute(base) ? base : path.join(home, '.local', 'share'), 'dray');
}

/** `DRAY_CONFIG_PATH`, else `~/.dray.toml`. */
export function configFile(env: Env = process.env, home: string = homedir()): string {
  return env.DRAY_CONFIG_PATH ? path.resolve(env.DRAY_CONFIG_PATH) : path.join(home, '.dray.toml');
}
