import { describe, expect, it } from 'vitest';
import {
  chooseFunction,
  type FunctionReference,
  functionReferences,
  parseFunctionReference,
} from '../../../src/cli/function-reference.ts';
import type { AppDeclaration } from '../../../src/sdk/declaration.ts';
import { UserError } from '../../../src/shared/errors.ts';

function app(entrypoints: readonly string[], functions: readonly string[]): AppDeclaration {
  const declare = (kind: 'entrypoint' | 'function') => (name: string) =>
    ({ kind, name, fn: () => {}, options: {}, handle: {}, declaredAt: '' }) as never;
  return {
    name: 'app',
    options: {},
    handle: {},
    declaredAt: '',
    entrypoints: entrypoints.map(declare('entrypoint')),
    functions: functions.map(declare('function')),
  };
}

function refusal(doing: () => unknown): UserError {
  try {
    doing();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('it did not throw');
}

describe('parseFunctionReference', () => {
  it.each<[string, FunctionReference]>([
    ['app.ts', { file: 'app.ts' }],
    ['app.ts::main', { file: 'app.ts', name: 'main' }],
    ['dir/app.ts::Model.predict', { file: 'dir/app.ts', name: 'Model.predict' }],
    ['C:\\apps\\app.ts', { file: 'C:\\apps\\app.ts' }],
    ['C:\\apps\\app.ts::main', { file: 'C:\\apps\\app.ts', name: 'main' }],
    ['odd::dir/app.ts::main', { file: 'odd::dir/app.ts', name: 'main' }],
  ])('reads %s', (text, expected) => {
    expect(parseFunctionReference(text)).toEqual(expected);
  });

  it.each([
    ['app.ts:main', 'did you mean app.ts::main?'],
    ['dir/app.mjs:Model.predict', 'did you mean dir/app.mjs::Model.predict?'],
    ['::main', 'name the file first: app.ts::main'],
    ['app.ts::', 'name a function after ::, or leave :: out: app.ts'],
  ])('refuses %s with advice', (text, advice) => {
    const error = refusal(() => parseFunctionReference(text));
    expect([error.code, error.exitCode, error.suggestions]).toEqual([
      'FUNCTION_REFERENCE_INVALID',
      2,
      [advice],
    ]);
  });
});

describe('chooseFunction', () => {
  const file = 'app.ts';

  it.each([
    { name: 'takes the sole entrypoint before any function', of: app(['main'], ['a', 'b']), want: 'main' },
    { name: 'takes the sole function where there is no entrypoint', of: app([], ['a']), want: 'a' },
  ])('$name', ({ of, want }) => {
    expect(chooseFunction({ file }, of).declaration.name).toBe(want);
  });

  it('takes the named one of either kind', () => {
    const of = app(['main', 'other'], ['a', 'Model.predict']);
    expect(chooseFunction({ file, name: 'other' }, of)).toMatchObject({
      kind: 'entrypoint',
      declaration: { name: 'other' },
    });
    expect(chooseFunction({ file, name: 'Model.predict' }, of).kind).toBe('function');
  });

  it('lists every choice to copy where it cannot choose', () => {
    const error = refusal(() => chooseFunction({ file }, app(['main', 'other'], ['a'])));
    expect([error.code, error.message]).toEqual([
      'FUNCTION_NOT_CHOSEN',
      'app.ts has 2 local entrypoints; choose one',
    ]);
    expect(error.details).toBe('app.ts::main\napp.ts::other\napp.ts::a');
    expect(refusal(() => chooseFunction({ file }, app([], ['a', 'b']))).message).toContain('has 2 functions');
  });

  it('suggests the nearest name, else all of them', () => {
    const near = refusal(() => chooseFunction({ file, name: 'mian' }, app(['main'], ['greet'])));
    expect([near.code, near.suggestions]).toEqual(['FUNCTION_NOT_FOUND', ['did you mean app.ts::main?']]);
    const far = refusal(() => chooseFunction({ file, name: 'zzzzz' }, app(['main'], ['greet'])));
    expect(far.suggestions).toEqual(['there is app.ts::main', 'there is app.ts::greet']);
  });

  it('says so where the app declares nothing', () => {
    expect(refusal(() => chooseFunction({ file }, app([], []))).code).toBe('NO_FUNCTION');
  });
});

it('functionReferences lists entrypoints before functions', () => {
  expect(functionReferences('a.ts', app(['main'], ['f']))).toEqual(['a.ts::main', 'a.ts::f']);
});

describe('methods of classes', () => {
  class Two {
    predict() {}
    async *words() {}
    hidden() {}
  }
  class One {
    only() {}
  }
  const withClasses = (...classes: [string, new () => object][]): AppDeclaration => ({
    ...app([], []),
    functions: classes.map(
      ([name, fn]) =>
        ({
          kind: 'class',
          name,
          fn,
          options: {},
          handle: {},
          declaredAt: '',
          hiddenMethods: ['hidden'],
        }) as never,
    ),
  });

  it('are chosen by Class.method, and tell whether they yield values', () => {
    const chosen = chooseFunction({ file: 'app.ts', name: 'Model.words' }, withClasses(['Model', Two]));
    expect(chosen).toMatchObject({ kind: 'method', method: 'words', generator: true });
  });

  it('are chosen by the class alone, or by nothing, where there is one', () => {
    const one = withClasses(['Model', One]);
    expect(chooseFunction({ file: 'app.ts', name: 'Model' }, one).method).toBe('only');
    expect(chooseFunction({ file: 'app.ts' }, one).method).toBe('only');
  });

  it('are listed where there are several, hidden ones left out', () => {
    const two = withClasses(['Model', Two]);
    const error = refusal(() => chooseFunction({ file: 'app.ts', name: 'Model' }, two));
    expect([error.code, error.message, error.details]).toEqual([
      'FUNCTION_NOT_CHOSEN',
      'Model of app.ts has 2 methods; choose one',
      'app.ts::Model.predict\napp.ts::Model.words',
    ]);
    const misspelt = refusal(() => chooseFunction({ file: 'app.ts', name: 'Model.predcit' }, two));
    expect(misspelt.suggestions).toEqual(['did you mean app.ts::Model.predict?']);
    expect(functionReferences('app.ts', two)).toEqual(['app.ts::Model.predict', 'app.ts::Model.words']);
  });
});
