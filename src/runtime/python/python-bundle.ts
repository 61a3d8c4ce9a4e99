/**
 * The bundle of a Python function or class: the app's Python sources and which of them to import, as JSON in the place
 * of a Node bundle's code. src/runtime/runner-python/user_code.py reads it.
 *
 * Invariants
 * - same sources, same bundle, byte for byte
 */
import { createHash } from 'node:crypto';
import type { Bundle } from '../../protocol/bundle.ts';
import { collectModules } from './python-modules.ts';

export interface PythonEntry {
  /** Absolute path on the author's machine. */
  readonly file: string;
  /** Of the function or class. */
  readonly name: string;
  readonly kind: 'function' | 'class';
}

/** Bundles the sources that an entry needs. */
export function bundlePython({ file, name, kind }: PythonEntry): Bundle {
  const { root, module, files } = collectModules(file);
  const path = `${module.replaceAll('.', '/')}.py`;
  const entry = { module, file: files.has(path) ? path : `${module}/__init__.py`, name, kind };
  const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  const code = JSON.stringify({ entry, root, files: Object.fromEntries(sorted) });
  return { code, sourceMap: '', external: [], digest: createHash('sha256').update(code).digest('hex') };
}
