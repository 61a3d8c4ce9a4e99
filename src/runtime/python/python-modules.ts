/**
 * Which files of an app travel with a Python module: itself, and what it imports of the author's own, all the way.
 *
 * A module that is a file is taken alone, a package (a folder that is imported) with every `.py` file in it. What is
 * found in no file of the app is Python's own or the image's.
 *
 * Invariants
 * - nothing above the folder that Python would search is read: the module's own, or that of its outermost package
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { readOutline } from './python-outline.ts';

export interface PythonModules {
  /** The folder that modules are found in. */
  readonly root: string;
  /** The dotted name of the module itself. */
  readonly module: string;
  /** Sources by their path below `root`, with slashes. */
  readonly files: ReadonlyMap<string, string>;
}

/** The modules that `file`, an absolute path, needs. */
export function collectModules(file: string): PythonModules {
  const root = rootOf(file);
  const files = new Map<string, string>();
  const path = pathBelow(root, file);
  const [top] = path.split('/') as [string];
  if (path.includes('/')) takePackage(root, top, files);
  else takeFile(root, path, files);
  const module = path.replace(/(\/__init__)?\.py$/, '').replaceAll('/', '.');
  return { root, module, files };
}

/** Above all packages that the file is in. */
function rootOf(file: string): string {
  let folder = dirname(file);
  while (existsSync(join(folder, '__init__.py')) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

function takeFile(root: string, path: string, files: Map<string, string>): void {
  if (files.has(path)) return;
  const source = readFileSync(join(root, path), 'utf8');
  files.set(path, source);
  for (const name of importedNames(source)) takeModule(root, name, files);
}

/** Names of the outermost modules that a source imports. */
function importedNames(source: string): Set<string> {
  const absolute = readOutline(source).imports.filter(({ level }) => level === 0);
  return new Set(absolute.map(({ module }) => module.split('.')[0] as string));
}

function takeModule(root: string, name: string, files: Map<string, string>): void {
  if (isFile(join(root, `${name}.py`))) takeFile(root, `${name}.py`, files);
  else if (isFolder(join(root, name))) takePackage(root, name, files);
}

/** Folders that hold no modules of the author's. */
const NOT_OWN = new Set(['__pycache__', 'node_modules', 'site-packages']);

function takePackage(root: string, path: string, files: Map<string, string>): void {
  for (const entry of readdirSync(join(root, path), { withFileTypes: true })) {
    const inside = `${path}/${entry.name}`;
    if (entry.isFile() && entry.name.endsWith('.py')) takeFile(root, inside, files);
    else if (entry.isDirectory() && !entry.name.startsWith('.') && !NOT_OWN.has(entry.name)) {
      takePackage(root, inside, files);
    }
  }
}

function pathBelow(root: string, file: string): string {
  return relative(root, file).split(sep).join('/') || basename(file);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
