/**
 * Reads a folder's lock file, and decides by it which package manager installs it, in which version.
 *
 * Of the folder's package.json it keeps what an install depends on: its scripts are about files that the image does not
 * have, and a new version of the project is no reason to install anew.
 *
 * Invariants
 * - exactly one lock file decides; none, or several, is an error
 */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ImageStep } from '../../sdk/recipe.ts';
import { textEntry } from './build-context.ts';
import { invalidStep, LocalFileError } from './recipe-errors.ts';
import type { ReadFiles } from './step-files.ts';

/** What installs from a lock file. */
export type LockTool = 'npm' | 'pnpm' | 'yarn' | 'yarn-berry' | 'bun';

type LockStep = Extract<ImageStep, { kind: 'npm-lock' }>;

const LOCK_FILES: Readonly<Record<string, 'npm' | 'pnpm' | 'yarn' | 'bun'>> = {
  'package-lock.json': 'npm',
  'npm-shrinkwrap.json': 'npm',
  'pnpm-lock.yaml': 'pnpm',
  'yarn.lock': 'yarn',
  'bun.lock': 'bun',
  'bun.lockb': 'bun',
};

/** Where package.json names no version: the newest that reads the lock file as it is. npm is the image's own. */
const DEFAULT_VERSIONS: Readonly<Record<LockTool, string>> = {
  npm: '',
  pnpm: '10',
  yarn: '1',
  'yarn-berry': '4',
  bun: '1',
};

/** pnpm by the version of its lock files, where that is not the default. */
const PNPM_BY_LOCK: Readonly<Record<string, string>> = { '5.3': '6', '5.4': '7', '6.0': '8', '6.1': '8' };

/** Fields of package.json that decide what is installed. */
const KEPT_FIELDS = [
  'name',
  'private',
  'type',
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'peerDependencies',
  'peerDependenciesMeta',
  'dependenciesMeta',
  'bundleDependencies',
  'overrides',
  'resolutions',
  'pnpm',
  'trustedDependencies',
];

interface PackageJson extends Readonly<Record<string, unknown>> {
  readonly packageManager?: unknown;
}

/** The files of this step. `tool` says what installs them: `pnpm@10.1.0`. */
export async function lockFiles(step: LockStep): Promise<ReadFiles> {
  const lock = await lockFileOf(step);
  const manifest = readManifest(step, await readText(step, 'package.json'));
  checkDependencies(step, manifest);
  const bytes = await readBytes(step, lock);
  const kept = Object.fromEntries(
    KEPT_FIELDS.filter((field) => field in manifest).map((field) => [field, manifest[field]]),
  );
  return {
    entries: [
      textEntry('package.json', JSON.stringify(kept, null, 2)),
      { path: lock, mode: 0o644, content: { kind: 'bytes', bytes } },
    ],
    main: lock,
    tool: toolFor(lock, bytes, manifest.packageManager),
  };
}

/** The package manager and its version for this lock file, as npm names packages. */
export function toolFor(lock: string, bytes: Buffer, packageManager: unknown): string {
  const family = LOCK_FILES[lock] ?? 'npm';
  const isBerry = family === 'yarn' && /^__metadata:/m.test(bytes.toString('utf8'));
  const tool: LockTool = isBerry ? 'yarn-berry' : family;
  // `pnpm@10.1.0+sha512.…`: corepack's form.
  const named = /^([a-z]+)@(\d[\w.-]*)/.exec(typeof packageManager === 'string' ? packageManager : '');
  if (tool === 'npm') return tool;
  if (named?.[1] === family) return `${tool}@${named[2]}`;
  const lockVersion = /^lockfileVersion: '?([\d.]+)/m.exec(bytes.toString('utf8'))?.[1] ?? '';
  return `${tool}@${(tool === 'pnpm' ? PNPM_BY_LOCK[lockVersion] : undefined) ?? DEFAULT_VERSIONS[tool]}`;
}

async function lockFileOf(step: LockStep): Promise<string> {
  let names: string[];
  try {
    names = await readdir(step.local);
  } catch (cause) {
    throw new LocalFileError(step, step.local, cause);
  }
  const locks = names.filter((name) => name in LOCK_FILES).sort();
  const [lock] = locks;
  // The two of one manager say the same.
  if (lock !== undefined && new Set(locks.map((name) => LOCK_FILES[name])).size === 1) return lock;
  throw lock === undefined
    ? invalidStep(step, `${step.local} has no lock file`, [
        `make one by installing there, with npm, pnpm, yarn or bun: ${Object.keys(LOCK_FILES).join(', ')}`,
      ])
    : invalidStep(step, `${step.local} has lock files of several package managers: ${locks.join(', ')}`, [
        'remove those that are not used',
      ]);
}

function readManifest(step: LockStep, text: string): PackageJson {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null) return parsed as PackageJson;
  } catch (error) {
    throw invalidStep(
      step,
      `${path.join(step.local, 'package.json')} is not JSON: ${(error as Error).message}`,
    );
  }
  throw invalidStep(step, `${path.join(step.local, 'package.json')} holds no object`);
}

/** Refuses what an install would need other folders for. */
function checkDependencies(step: LockStep, manifest: PackageJson): void {
  if (manifest.workspaces !== undefined) {
    throw invalidStep(step, `${step.local} is the root of a workspace`, [
      'name a package that has a lock file of its own',
    ]);
  }
  const all = { ...(manifest.dependencies as object), ...(manifest.optionalDependencies as object) };
  const local = Object.entries(all).find(([, range]) =>
    /^(?:file|link|workspace|portal):/.test(String(range)),
  );
  if (local === undefined) return;
  throw invalidStep(step, `the dependency ${local[0]} is a folder of this machine: ${local[1]}`, [
    'leave it out of dependencies: what the app imports of it is bundled',
  ]);
}

async function readText(step: LockStep, name: string): Promise<string> {
  return (await readBytes(step, name)).toString('utf8');
}

async function readBytes(step: LockStep, name: string): Promise<Buffer> {
  const file = path.join(step.local, name);
  try {
    return await readFile(file);
  } catch (cause) {
    throw new LocalFileError(step, file, cause);
  }
}
