/**
 * Fills in what the source says of an app's Python functions and classes (sdk/python-source.ts).
 */
import { dirname, resolve } from 'node:path';
import type { AppDeclaration, ServedDeclaration } from '../../sdk/declaration.ts';
import { UserError } from '../../shared/errors.ts';
import { readPython } from '../python/read-python.ts';
import { declarationPosition, displayPosition } from './source-position.ts';

/** @throws UserError INVALID_OPTION, PYTHON_FILE_NOT_FOUND, PYTHON_NAME_NOT_FOUND */
export function notePython(app: AppDeclaration, appFile: string): void {
  for (const served of app.functions) if (served.python !== undefined) note(served, appFile);
}

function note({ kind, name, python, declaredAt }: ServedDeclaration, appFile: string): void {
  if (python === undefined) return;
  const position = declarationPosition(declaredAt);
  const owner = `${kind} ${name}${position === undefined ? '' : ` (${displayPosition(position)})`}`;
  for (const [option, value] of [
    ['file', python.file],
    [kind, python.name],
  ]) {
    if (typeof value === 'string' && value !== '') continue;
    throw new UserError('INVALID_OPTION', `${option} of the Python ${owner} must be a name`, {
      suggestions: ['give both: { file: "model.py", function: "predict" }'],
    });
  }
  const file = resolve(dirname(position?.file ?? appFile), python.file);
  python.outline = readPython({ file, name: python.name, kind, owner });
}
