/**
 * Holds modules to saying what they are for, and the public API to saying what everything in it does.
 */
import { describe, expect, it } from 'vitest';
import { exportsOf, openingComment, reExportsOf } from './doc-comments.ts';
import { parseModule, type SourceModule, sourceModules } from './source-modules.ts';

describe('modules of src', () => {
  it('open with a block comment', () => {
    const silent = sourceModules().filter((module) => !openingComment(module));
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  it('document every exported function and class', () => {
    const silent = sourceModules().flatMap((module) =>
      exportsOf(module)
        .filter(({ name, comment }) => !comment && isValue(module, name) && !isMainExport(module, name))
        .map(({ name }) => `${module.path}: ${name}`),
    );
    expect(silent).toEqual([]);
  });
});

describe('the public API', () => {
  const byPath = new Map(sourceModules().map((module) => [module.path, module]));
  const exported = reExportsOf(byPath.get('index.ts') as SourceModule);

  it('is found', () => {
    expect(exported).toContainEqual({ path: 'sdk/app.ts', name: 'App' });
  });

  it('is documented, methods included', () => {
    const silent = exported.flatMap(({ path, name }) => {
      const module = byPath.get(path) as SourceModule;
      const own = exportsOf(module).filter((each) => each.name === name || each.name.startsWith(`${name}.`));
      if (own.length === 0) return [`${name} of ${path} cannot be found`];
      return own
        .filter((each) => !each.comment && !isMainExport(module, each.name))
        .map((each) => `${path}: ${each.name}`);
    });
    expect(silent).toEqual([]);
  });
});

describe('comments', () => {
  it('open a module only where nothing is before them', () => {
    expect(openingComment(parseModule('a.ts', '/** Says it. */\nlet a;'))).toBe('Says it.');
    expect(openingComment(parseModule('a.ts', 'let a;\n/** Too late. */'))).toBeUndefined();
    expect(openingComment(parseModule('a.ts', '// A line is no block.\nlet a;'))).toBeUndefined();
  });

  it('belong to what follows them directly', () => {
    const module = parseModule(
      'a.ts',
      `/** Opens. */
      import './b.ts';
      export const a = 1;
      /** One of b. */
      export const b = 1;
      /** Not of c. */
      const other = 1;
      export function c() {}
      /** One of d. */
      export function d(x: string): void;
      export function d(x: number): void;
      export class E { /** One of E. */ // linter: fine\nf() {} g() {} #h() {} private i() {} }`,
    );
    expect(exportsOf(module)).toEqual([
      { name: 'a', comment: undefined },
      { name: 'b', comment: 'One of b.' },
      { name: 'c', comment: undefined },
      { name: 'd', comment: 'One of d.' },
      { name: 'E', comment: undefined },
      { name: 'E.f', comment: 'One of E.' },
      { name: 'E.g', comment: undefined },
    ]);
  });
});

/** Whether the module is named after it: then the opening comment speaks of it. */
function isMainExport({ path }: SourceModule, name: string): boolean {
  const kebab = name.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase();
  return path.endsWith(`/${kebab}.ts`);
}

/** Whether an export is a function or a class: what is called must say what it does; data may speak for itself. */
function isValue({ source }: SourceModule, name: string): boolean {
  return source.program.body.some(
    (statement) =>
      statement.type === 'ExportNamedDeclaration' &&
      (statement.declaration?.type === 'FunctionDeclaration' ||
        statement.declaration?.type === 'ClassDeclaration') &&
      statement.declaration.id?.name === name,
  );
}
