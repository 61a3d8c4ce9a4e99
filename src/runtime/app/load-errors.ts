/**
 * Why an app file could not be loaded, as an error that its author can act on.
 *
 * Three answers: an import finds nothing, a file is not valid source, or the author's own code threw.
 * It looks at the loader's notes and at the sources; it never tells an error's kind from its text.
 */
import { readFile } from 'node:fs/promises';
import { inspect } from 'node:util';
import { UserError } from '../../shared/errors.ts';
import { importNotFound } from './import-errors.ts';
import type { ModuleLoader } from './module-loader.ts';
import { displayPath, framePosition } from './source-position.ts';
import { syntaxErrorIn } from './syntax-errors.ts';

/** The error to show instead of what importing `appFile` threw. */
export async function loadError(appFile: string, loader: ModuleLoader, thrown: unknown): Promise<UserError> {
  const failed = loader.failedImport(thrown);
  if (failed !== undefined) return importNotFound(failed);
  if (thrown instanceof Error && ['TransformError', 'SyntaxError'].includes(thrown.name)) {
    // The last file asked for is the likeliest: loading stopped there.
    for (const file of loader.ownFiles().reverse()) {
      const error = await syntaxErrorIn(file, await readFile(file, 'utf8'), thrown);
      if (error !== undefined) return error;
    }
  }
  const own = new Set(loader.ownFiles());
  return new UserError(
    'APP_THREW_AT_IMPORT',
    `${displayPath(appFile)} threw while it was loaded: ${firstLine(thrown)}`,
    {
      details: ownStack(thrown, own),
      suggestions: ['code outside of functions runs whenever the file is loaded; move work into a function'],
      cause: thrown,
    },
  );
}

function firstLine(thrown: unknown): string {
  const [line = ''] = (thrown instanceof Error ? String(thrown) : inspect(thrown)).split('\n');
  return line;
}

/** The message and those frames that lie in the user's own files. */
function ownStack(thrown: unknown, own: ReadonlySet<string>): string {
  if (!(thrown instanceof Error)) return inspect(thrown);
  const lines = (thrown.stack ?? String(thrown)).split('\n');
  const frames = lines.filter((line) => {
    const position = framePosition(line);
    return position !== undefined && own.has(position.file);
  });
  return [String(thrown), ...frames].join('\n');
}
