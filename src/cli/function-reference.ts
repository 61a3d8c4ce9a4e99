/**
 * Which function the user means by `FILE`, `FILE::name` or `FILE::Class.method`.
 *
 * Pure: parses the text and chooses among what the app declares. Loading the file is not its work.
 */
import { publicMethods } from '../sdk/class-methods.ts';
import type {
  AppDeclaration,
  ClassDeclaration,
  EntrypointDeclaration,
  FunctionDeclaration,
} from '../sdk/declaration.ts';
import { UserError } from '../shared/errors.ts';
import { nearestName } from '../shared/names.ts';

export interface FunctionReference {
  readonly file: string;
  /** `name` or `Class.method`; undefined where the user named none. */
  readonly name?: string;
}

export type ChosenFunction =
  | { readonly kind: 'entrypoint'; readonly declaration: EntrypointDeclaration; readonly method?: never }
  | { readonly kind: 'function'; readonly declaration: FunctionDeclaration; readonly method?: never }
  | {
      readonly kind: 'method';
      readonly declaration: ClassDeclaration;
      readonly method: string;
      /** It yields values. */
      readonly generator: boolean;
    };

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
 * The named function or method; without a name the sole local entrypoint, else the sole function or method.
 * The name of a class alone means its sole method.
 *
 * @throws UserError FUNCTION_NOT_FOUND, FUNCTION_NOT_CHOSEN or NO_FUNCTION
 */
export function chooseFunction({ file, name }: FunctionReference, app: AppDeclaration): ChosenFunction {
  const choices = choicesOf(app);
  if (name !== undefined) {
    const found = choices.find((choice) => chosenName(choice) === name);
    if (found !== undefined) return found;
    const methods = choices.filter(({ kind, declaration }) => kind === 'method' && declaration.name === name);
    if (methods.length === 0) throw notFound(file, name, choices);
    return sole(file, `${name} of ${file} has ${methods.length} methods`, methods);
  }
  const entrypoints = choices.filter(({ kind }) => kind === 'entrypoint');
  if (choices.length === 0) {
    throw new UserError('NO_FUNCTION', `${file} declares no function to run`, {
      suggestions: ['declare one: export const main = app.localEntrypoint(async () => { … })'],
    });
  }
  if (entrypoints.length > 0)
    return sole(file, `${file} has ${entrypoints.length} local entrypoints`, entrypoints, choices);
  return sole(file, `${file} has ${choices.length} functions`, choices);
}

/** The only candidate. `problem` is what to say where there are several, `listed` what to list then. */
function sole(
  file: string,
  problem: string,
  candidates: readonly ChosenFunction[],
  listed: readonly ChosenFunction[] = candidates,
): ChosenFunction {
  const [first, second] = candidates as readonly [ChosenFunction, ...ChosenFunction[]];
  if (second === undefined) return first;
  throw new UserError('FUNCTION_NOT_CHOSEN', `${problem}; choose one`, {
    details: listed.map((choice) => functionReference(file, choice)).join('\n'),
    suggestions: [`dray run ${functionReference(file, first)}`],
  });
}

/** `name`, or `Class.method`. */
export function chosenName(chosen: ChosenFunction): string {
  const name = chosen.declaration.name ?? '';
  return chosen.kind === 'method' ? `${name}.${chosen.method}` : name;
}

/** What was chosen, as a reference to copy. */
export function functionReference(file: string, chosen: ChosenFunction): string {
  return `${file}${SEPARATOR}${chosenName(chosen)}`;
}

/** Everything of an app that can be run, as references to copy: entrypoints first. */
export function functionReferences(file: string, app: AppDeclaration): string[] {
  return choicesOf(app).map((choice) => functionReference(file, choice));
}

function choicesOf(app: AppDeclaration): ChosenFunction[] {
  return [
    ...app.entrypoints.map((declaration) => ({ kind: 'entrypoint', declaration }) as const),
    ...app.functions.flatMap((declaration): ChosenFunction[] =>
      declaration.kind === 'function'
        ? [{ kind: 'function', declaration }]
        : publicMethods(declaration).map(({ name, generator }) => ({
            kind: 'method',
            declaration,
            method: name,
            generator,
          })),
    ),
  ];
}

function notFound(file: string, name: string, choices: readonly ChosenFunction[]): UserError {
  const names = choices.map(chosenName);
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
