/**
 * Edits the text of a settings file: sets a key of a profile, or takes one out. Comments, order, blanks and line ends
 * stay as they are. Pure.
 *
 * What is there is changed where it is. A new key goes under the last key of its table: the editor of TOML would put it
 * behind the comments that follow, which belong to the next table.
 *
 * Invariants
 * - the result reads as the old text with that one change, or this throws: a file is never damaged
 */
import { isDeepStrictEqual } from 'node:util';
import { BugError } from '../shared/errors.ts';
import { parseToml } from './config-file.ts';

type Tables = Record<string, Record<string, unknown>>;
type Value = string | boolean;

/** Sets `key` of `profile`, which is created where it is missing. Throws CONFIG_SYNTAX; `path` is for that error. */
export async function setKey(
  text: string,
  { profile, key, value, path }: { profile: string; key: string; value: Value; path: string },
): Promise<string> {
  const before = (await parseToml(text, path)) as Tables;
  const wanted = { ...copyOf(before), [profile]: { ...before[profile], [key]: value } };
  if (before[profile] !== undefined && !(key in before[profile])) {
    const inserted = withLine(text, profile, `${key} = ${JSON.stringify(value)}`);
    if (inserted !== undefined && (await readsAs(inserted, wanted))) return inserted;
  }
  return patched(text, wanted, (tables) => {
    tables[profile] = { ...tables[profile], [key]: value };
  });
}

/** Takes `key` out of `profile`; the text itself where it is not there. Throws CONFIG_SYNTAX. */
export async function removeKey(
  text: string,
  { profile, key, path }: { profile: string; key: string; path: string },
): Promise<string> {
  const before = (await parseToml(text, path)) as Tables;
  if (before[profile]?.[key] === undefined) return text;
  const { [key]: _, ...rest } = before[profile];
  return patched(text, { ...copyOf(before), [profile]: rest }, (tables) => {
    delete tables[profile]?.[key];
  });
}

async function patched(text: string, wanted: object, change: (tables: Tables) => void): Promise<string> {
  const { parse, patch } = await import('@decimalturn/toml-patch');
  const tables = parse(text) as Tables;
  change(tables);
  const result = patch(text, tables);
  const ended = result.endsWith('\n') ? result : `${result}\n`;
  if (!(await readsAs(ended, wanted)))
    throw new BugError('the settings file cannot be edited: edit it by hand');
  return ended;
}

/** The text with `line` under the last key of a table that is written as `[name]`; undefined where none is. */
function withLine(text: string, name: string, line: string): string | undefined {
  const lines = text.split('\n');
  const header = lines.findIndex((each) => tableName(each) === name);
  if (header === -1) return undefined;
  let last = header;
  for (let at = header + 1; at < lines.length && !lines[at]?.trimStart().startsWith('['); at++) {
    if (/^\s*[^\s#]/.test(lines[at] as string)) last = at;
  }
  const above = lines[last] as string;
  const indent = last === header ? '' : (/^[ \t]*/.exec(above)?.[0] ?? '');
  const end = above.endsWith('\r') ? '\r' : '';
  return lines.toSpliced(last + 1, 0, `${indent}${line}${end}`).join('\n');
}

function tableName(line: string): string | undefined {
  return /^\uFEFF?\s*\[\s*(["']?)([^"'\][]+?)\1\s*\]\s*(?:#.*)?$/.exec(line)?.[2];
}

async function readsAs(text: string, wanted: object): Promise<boolean> {
  // It parses: what it was made of did, or this is about to say so.
  const tables = await parseToml(text, '').catch(() => undefined);
  return tables !== undefined && isDeepStrictEqual(copyOf(tables), copyOf(wanted));
}

/** Plain objects all the way: the parser's have no prototype. */
function copyOf(value: object): Tables {
  return structuredClone(value) as Tables;
}
