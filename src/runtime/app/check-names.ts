/**
 * Names an app's functions, classes and entrypoints, and refuses what has no name, a bad one, or one already taken.
 *
 * The rules of naming itself are sdk/naming.ts, which the runner applies to the same modules.
 */
import type { AppDeclaration, EntrypointDeclaration, ServedDeclaration } from '../../sdk/declaration.ts';
import { nameDeclarations } from '../../sdk/naming.ts';
import { UserError } from '../../shared/errors.ts';
import { isName, NAME_RULE } from '../../shared/names.ts';
import type { OwnModule } from './module-loader.ts';
import { declarationPosition, displayPosition } from './source-position.ts';

type Declared = ServedDeclaration | EntrypointDeclaration;

/** What messages call each kind, and the method that declares it. */
const KINDS = {
  function: { word: 'function', method: 'function' },
  class: { word: 'class', method: 'cls' },
  entrypoint: { word: 'local entrypoint', method: 'localEntrypoint' },
} as const;

/** @throws UserError NAMELESS_FUNCTION, BAD_NAME or DUPLICATE_FUNCTION */
export function checkNames(app: AppDeclaration, modules: readonly OwnModule[]): void {
  if (typeof app.name !== 'string' || !isName(app.name)) throw badName('the app', app.name, app.declaredAt);
  const [nameless] = nameDeclarations(
    app,
    modules.map(({ exports }) => exports),
  );
  if (nameless !== undefined) {
    throw new UserError(
      'NAMELESS_FUNCTION',
      `the ${word(nameless)} declared at ${placeOf(nameless.declaredAt)} has no name`,
      {
        suggestions: [
          `export it: export const myName = app.${method(nameless)}(…)`,
          'or give it options.name',
        ],
      },
    );
  }
  const taken = new Map<string, Declared>();
  for (const declared of [...app.functions, ...app.entrypoints]) {
    const name = declared.name as string;
    if (typeof name !== 'string' || !isName(name)) {
      throw badName(`the ${word(declared)}`, name, declared.declaredAt);
    }
    const first = taken.get(name);
    if (first !== undefined) throw duplicate(name, first, declared);
    taken.set(name, declared);
  }
}

function duplicate(name: string, first: Declared, second: Declared): UserError {
  return new UserError('DUPLICATE_FUNCTION', `two functions of the app are named ${name}`, {
    details: [first, second].map((each) => `${placeOf(each.declaredAt)}  ${word(each)} ${name}`).join('\n'),
    suggestions: ['rename one of the exports', 'or give one of them options.name'],
  });
}

function badName(what: string, name: unknown, declaredAt: string): UserError {
  const shown = typeof name === 'string' ? JSON.stringify(name) : String(name);
  return new UserError('BAD_NAME', `${what} declared at ${placeOf(declaredAt)} cannot be named ${shown}`, {
    suggestions: [`a name is ${NAME_RULE}`],
  });
}

function word({ kind }: Declared): string {
  return KINDS[kind].word;
}

function method({ kind }: Declared): string {
  return KINDS[kind].method;
}

function placeOf(declaredAt: string): string {
  const position = declarationPosition(declaredAt);
  return position === undefined ? 'an unknown place' : displayPosition(position);
}
