/**
 * Records what a program loads, import and require alike, with Node's own hooks: a preload and its reader.
 *
 * Run as `node --import loaded-modules.ts` it notes every URL, and writes the list where DRAY_LOADED_MODULES says when
 * the process ends.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const VARIABLE = 'DRAY_LOADED_MODULES';

const target = process.env[VARIABLE];
if (target !== undefined) {
  const loaded: string[] = [];
  registerHooks({
    load(url, context, next) {
      loaded.push(url);
      return next(url, context);
    },
  });
  process.on('exit', () => writeFileSync(target, loaded.join('\n')));
}

/** URLs of the modules that `node program args` loads, and what it printed. */
export function loadedModules(
  program: string,
  args: readonly string[],
): { modules: string[]; output: string } {
  const folder = mkdtempSync(path.join(tmpdir(), 'dray-loaded-'));
  try {
    const list = path.join(folder, 'modules');
    const preload = pathToFileURL(import.meta.filename).href;
    const output = execFileSync(process.execPath, ['--import', preload, program, ...args], {
      encoding: 'utf8',
      // A cache of compiled code would hide nothing from the hooks, but fill the user's own cache.
      env: { ...process.env, [VARIABLE]: list, NODE_DISABLE_COMPILE_CACHE: '1' },
    });
    return { modules: readFileSync(list, 'utf8').split('\n'), output };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
