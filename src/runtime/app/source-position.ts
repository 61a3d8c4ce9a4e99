/**
 * Positions in the user's source: from a stack, from an offset, and how they are shown.
 *
 * Pure apart from reading the current folder, which paths are shown relative to. Lines and columns count
 * from 1, as stacks and editors do.
 */
import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface SourcePosition {
  /** Absolute path. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** `at name (place:line:column)` or `at place:line:column`; the place is a path or a file URL. */
const FRAME = /^\s*at (?:.*? \()?((?:file:\/\/|\/|[A-Za-z]:[\\/]).*?):(\d+):(\d+)\)?$/;

/** The position that a line of a stack names, or undefined where it names no file. */
export function framePosition(frame: string): SourcePosition | undefined {
  const match = FRAME.exec(frame);
  if (match === null) return undefined;
  const [, place, line, column] = match as unknown as [string, string, string, string];
  return { file: filePath(place), line: Number(line), column: Number(column) };
}

/** Where a declaration was written: the first frame of its stack that names a file. */
export function declarationPosition(declaredAt: string): SourcePosition | undefined {
  for (const frame of declaredAt.split('\n')) {
    const position = framePosition(frame);
    if (position !== undefined) return position;
  }
  return undefined;
}

/** The path that a path or file URL names, without the query that marks a copy of a module. */
export function filePath(place: string): string {
  const [bare = place] = place.split('?');
  if (!bare.startsWith('file:')) return bare;
  // A loader may have escaped the query into the path: `app.ts%3Fnamespace=…`.
  const [path = bare] = fileURLToPath(bare).split('?');
  return path;
}

/** The position of an offset in a text. */
export function positionAt(file: string, source: string, offset: number): SourcePosition {
  const before = source.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { file, line: before.split('\n').length, column: offset - lineStart + 1 };
}

/** A path as the user would type it: relative to the current folder where it is below it. */
export function displayPath(file: string): string {
  const path = relative(process.cwd(), file);
  return path === '' || path.startsWith(`..${sep}`) || path === '..' ? file : path;
}

/** `app.ts:12`, or `app.ts:12:5` where the column matters. */
export function displayPosition(position: SourcePosition, withColumn = false): string {
  const place = `${displayPath(position.file)}:${position.line}`;
  return withColumn ? `${place}:${position.column}` : place;
}
