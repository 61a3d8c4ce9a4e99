/**
 * Which function the user means by `FILE`, `FILE::name` or `FILE::Class.method`.
 *
 * Pure: parses the text and chooses among what the app declares. Loading the file is not its work.
 */
import type { AppDeclaration, EntrypointDeclaration, FunctionDeclaration } from '../sdk/declaration.ts';
import { UserError } from '../shared/errors.ts';
import { nearestName } from '../shared/names.ts';

export interface FunctionReference {
  readonly file: string;
  /** `name` or `Class.method`; undefined where the user named none. */
  readonly name?: string;
}

export type ChosenFunction =
  | { readonly kind: 'entrypoint'; readonly declaration: EntrypointDeclaration }
  | { readonly kind: 'function'; readonly declaration: FunctionDeclaration };

const SEPARATOR = '::';
/** A file, one colon and a name: what pytest, uvicorn and gunicorn take. */
const SINGLE_COLON = /^(.+\.[cm]?[jt]sx?):([\w$.-]+)$/;

/** @throws UserError FUNCTION_REFERENCE_INVALID */
export function parseFunctionReference(text: string): FunctionReference {
  const at = text.lastIndexOf(SEPARATOR);
  if (at === -1) {
    const single = SINGLE_COLON.exec(text);
    if (single !== null) throw invalid(text, `did you mean ${single[1]}${SEPARATOR}${single[2]}?`);
    return { file: text };
  }
  const file = text.slice(0, at);
  const name = text.slice(at + SEPARATOR.length);
  if (file === '') throw invalid(text, `name the file first: app.ts${text}`);
  if (name === '')
    throw invalid(text, `name a function after ${SEPARATOR}, or leave ${SEPARATOR} out: ${file}`);
  return { file, name };
}

/**
 * The named function; without a name the sole local entrypoint, else the sole function.
 *
 * @throws UserError FUNCTION_NOT_FOUND, FUNCTION_NOT_CHOSEN or NO_FUNCTION
 */
export function chooseFunction(reference: FunctionReference, app: AppDeclaration): ChosenFunction {
  const choices = choicesOf(app);
  if (reference.name !== undefined) {
    const found = choices.find(({ declaration }) => declaration.name === reference.name);
    if (found === undefined) throw notFound(reference, choices);
    return found;
  }
  const entrypoints = choices.filter(({ kind }) => kind === 'entrypoint');
  const candidates = entrypoints.length > 0 ? entrypoints : choices;
  const [sole, second] = candidates;
  if (sole === undefined) {
    throw new UserError('NO_FUNCTION', `${reference.file} declares no function to run`, {
      suggestions: ['declare one: export const main = app.localEntrypoint(async () => { … })'],
    });
  }
  if (second !== undefined) {
    const what = entrypoints.length > 0 ? 'local entrypoints' : 'functions';
    throw new UserError(
      'FUNCTION_NOT_CHOSEN',
      `${reference.file} has ${candidates.length} ${what}; choose one`,
      {
        details: functionReferences(reference.file, app).join('\n'),
        suggestions: [`dray run ${reference.file}${SEPARATOR}${sole.declaration.name}`],
      },
    );
  }
  return sole;
}

/** What was chosen, as a reference to copy. */
export function functionReference(file: string, { declaration }: ChosenFunction): string {
  return `${file}${SEPARATOR}${declaration.name}`;
}

/** Everything of an app that can be run, as references to copy: entrypoints first. */
export function functionReferences(file: string, app: AppDeclaration): string[] {
  return choicesOf(app).map((choice) => functionReference(file, choice));
}

function choicesOf(app: AppDeclaration): ChosenFunction[] {
  return [
    ...app.entrypoints.map((declaration) => ({ kind: 'entrypoint', declaration }) as const),
    ...app.functions.map((declaration) => ({ kind: 'function', declaration }) as const),
  ];
}

function notFound({ file, name = '' }: FunctionReference, choices: readonly ChosenFunction[]): UserError {
  const names = choices.map(({ declaration }) => declaration.name ?? '');
  const near = nearestName(name, names);
  return new UserError('FUNCTION_NOT_FOUND', `${file} has no function ${name}`, {
    suggestions:
      near === undefined
        ? names.slice(0, 10).map((each) => `there is ${file}${SEPARATOR}${each}`)
        : [`did you mean ${file}${SEPARATOR}${near}?`],
  });
}

function invalid(text: string, suggestion: string): UserError {
  return new UserError('FUNCTION_REFERENCE_INVALID', `${text} is no reference to a function`, {
    suggestions: [suggestion],
  });
}
