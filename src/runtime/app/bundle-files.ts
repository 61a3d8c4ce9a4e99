/**
 * How a bundle reads the user's own files: without their local entrypoints.
 */
import { readFile } from 'node:fs/promises';
import { dirname, extname, sep } from 'node:path';
import type { Loader, Plugin } from 'esbuild';
import { stripEntrypoints } from './strip-entrypoints.ts';

/** Whether a file was installed by a package manager, and so is none of the user's own. */
export function isInstalledFile(file: string): boolean {
  return file.includes(`${sep}node_modules${sep}`);
}

/** Reads the given files without their local entrypoints. */
export function stripPlugin(files: readonly string[]): Plugin {
  return {
    name: 'strip-entrypoints',
    setup(build) {
      build.onLoad({ filter: exactly(files) }, async ({ path }) => ({
        contents: stripEntrypoints(path, await readFile(path, 'utf8')),
        loader: loaderFor(path),
        resolveDir: dirname(path),
      }));
    },
  };
}

/** A filter in Go's syntax that lets these paths through only: every other file stays out of this process. */
function exactly(files: readonly string[]): RegExp {
  const escaped = files.map((file) => file.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^(?:${escaped.join('|')})$`);
}

function loaderFor(path: string): Loader {
  const extension = extname(path).replace(/[mc](?=[jt]s$)/, '');
  return extension === '.tsx' ? 'tsx' : extension === '.jsx' ? 'jsx' : extension === '.ts' ? 'ts' : 'js';
}
