/**
 * An import that finds nothing, as an error that names the importing line and what to install.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, extname, resolve, sep } from 'node:path';
import { UserError } from '../../shared/errors.ts';
import { nearestName } from '../../shared/names.ts';
import { importPosition } from './import-position.ts';
import type { FailedImport } from './module-loader.ts';
import { packageName } from './package-name.ts';
import { displayPath, displayPosition } from './source-position.ts';

/** The error to show for a failed import. */
export function importNotFound({ specifier: asked, importer, error }: FailedImport): UserError {
  const [specifier = asked] = asked.split('?');
  const position = importPosition(importer, readIfThere(importer), specifier);
  const place = position === undefined ? displayPath(importer) : displayPosition(position);
  return new UserError(
    'APP_IMPORT_NOT_FOUND',
    `${place} imports ${JSON.stringify(specifier)}, which cannot be found`,
    {
      suggestions: suggestionsFor(specifier, importer),
      cause: error,
    },
  );
}

function suggestionsFor(specifier: string, importer: string): string[] {
  const name = packageName(specifier);
  if (name !== undefined) {
    return importer.includes(`${sep}node_modules${sep}`)
      ? [`install it: npm install ${name}`, 'reinstall the packages: npm ci']
      : [`install it: npm install ${name}`];
  }
  const near = nearFile(specifier, importer);
  return near === undefined ? [] : [`did you mean ${JSON.stringify(near)}?`];
}

/** The specifier of a file beside the one that is missing, with a similar name. */
function nearFile(specifier: string, importer: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const missing = resolve(dirname(importer), specifier);
  let names: string[];
  try {
    names = readdirSync(dirname(missing));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const stem = (name: string) => basename(name, extname(name));
  const near = nearestName(stem(missing), names.map(stem));
  const file = names.find((name) => stem(name) === near);
  if (file === undefined) return undefined;
  return `${specifier.slice(0, specifier.lastIndexOf('/') + 1)}${file}`;
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
