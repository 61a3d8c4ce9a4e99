/**
 * Reads the settings file: one table per profile, one of them marked `active = true`.
 *
 * It checks the shape and not the values: those matter for the profile that is used. A file that is missing is an
 * empty one. What is odd and does no harm (a key that no setting has) is a finding, not an error.
 *
 * Invariants
 * - only a file that is there loads the parser
 * - nothing of the file's text reaches an error
 */
import { readFile, stat } from 'node:fs/promises';
import { nearestName } from '../shared/names.ts';
import { fileError, syntaxError } from './config-errors.ts';
import { isSettingKey, SETTING_KEYS } from './setting-keys.ts';

/** The key that marks the profile in use. */
export const ACTIVE = 'active';

/** Settings of a profile as the file has them, unchecked. */
export type ProfileTable = Readonly<Record<string, unknown>>;

export interface ConfigFile {
  readonly path: string;
  readonly exists: boolean;
  readonly profiles: ReadonlyMap<string, ProfileTable>;
  /** The profile that is marked active, the first where several are. */
  readonly active: string | undefined;
  /** What is odd about the file, each one line without the file's name. */
  readonly findings: readonly string[];
}

/** Reads the file at `path`. Throws CONFIG_FILE and CONFIG_SYNTAX. */
export async function readConfigFile(path: string): Promise<ConfigFile> {
  const text = await readText(path);
  if (text === undefined) {
    return { path, exists: false, profiles: new Map(), active: undefined, findings: [] };
  }
  const { profiles, findings } = profilesIn(await parseToml(text, path));
  const marked = [...profiles].filter(([, table]) => table[ACTIVE] === true).map(([name]) => name);
  if (marked.length > 1)
    findings.push(`several profiles are active: ${marked.join(', ')}; the first is used`);
  const mode = await looseMode(path);
  if (mode !== undefined)
    findings.push(`others may read it (mode ${mode}), and it may hold a secret: chmod 600 it`);
  return { path, exists: true, profiles, active: marked[0], findings };
}

/** The text of the settings file; undefined where there is none. Throws CONFIG_FILE. */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw fileError(path, 'read', error as NodeJS.ErrnoException);
  }
}

/** The tables of a TOML text. Throws CONFIG_SYNTAX with line and column. */
export async function parseToml(text: string, path: string): Promise<Readonly<Record<string, unknown>>> {
  const { parse } = await import('toml');
  try {
    return parse(text);
  } catch (error) {
    const { location, found, line, column, message } = error as TomlError;
    if (location !== undefined) throw syntaxError(path, location.start, unexpected(found));
    // What the second pass finds: it names keys, never values.
    throw syntaxError(path, { line: line ?? 1, column: column ?? 1 }, message);
  }
}

/** What the parser throws: of its grammar with `location`, of its second pass with `line` and `column`. */
interface TomlError extends Error {
  readonly location?: { readonly start: { readonly line: number; readonly column: number } };
  readonly found?: string | null;
  readonly line?: number;
  readonly column?: number;
}

function unexpected(found: string | null | undefined): string {
  if (found === null || found === undefined) return 'unexpected end of the file';
  return found === '\n' || found === '\r'
    ? 'unexpected end of the line'
    : `unexpected ${JSON.stringify(found)}`;
}

function profilesIn(document: Readonly<Record<string, unknown>>) {
  const profiles = new Map<string, ProfileTable>();
  const findings: string[] = [];
  for (const [name, table] of Object.entries(document)) {
    if (!isTable(table)) {
      findings.push(`${name} is outside of any profile: put it under a line [default]`);
      continue;
    }
    profiles.set(name, table);
    findings.push(...Object.keys(table).flatMap((key) => unknownKey(key, name)));
  }
  return { profiles, findings };
}

function unknownKey(key: string, profile: string): string[] {
  if (key === ACTIVE || isSettingKey(key)) return [];
  const meant = nearestName(key, [...SETTING_KEYS, ACTIVE]);
  const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
  return [`profile ${profile} has ${JSON.stringify(key)}, which is no setting${hint}`];
}

function isTable(value: unknown): value is ProfileTable {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** The mode in octal where it lets others in; Windows has no modes. */
async function looseMode(path: string): Promise<string | undefined> {
  if (process.platform === 'win32') return undefined;
  const mode = (await stat(path)).mode & 0o777;
  return (mode & 0o077) === 0 ? undefined : mode.toString(8).padStart(4, '0');
}
