import { afterAll, describe, expect, it } from 'vitest';
import { describeApp } from '../../../../src/runtime/app/describe-app.ts';
import { loadApp } from '../../../../src/runtime/app/load-app.ts';
import { errorOf, nodeStacks, tempFolder } from './temp-app.ts';

const stacks = nodeStacks();
afterAll(() => stacks[Symbol.dispose]());

/** The manifest of an app of one file. */
async function described(body: string) {
  using folder = tempFolder({
    'app.ts': `import { App, enter, exit } from "dray";\nconst app = new App("described");\n${body}`,
  });
  using app = await loadApp(folder.file('app.ts'));
  return describeApp(app.declaration).functions;
}

describe('a class in the manifest', () => {
  it('has its public methods in the order of the source, and tells generators and its exit hook', async () => {
    const [model, plain] = await described(`
      class Base { shared() {} }
      export const Model = app.cls({ cpu: 2, minContainers: 1 }, class extends Base {
        [enter]() {}
        predict(text: string) {}
        async *words() {}
        static create() {}
        private hidden() {}
        protected alsoHidden() {}
        #secret() {}
        get size() { return 1; }
        [exit]() {}
      });
      export const Plain = app.cls(class { m() {} });`);
    expect(model).toMatchObject({ name: 'Model', generator: false, cpu: 2, minContainers: 1 });
    expect(model?.class).toEqual({
      methods: [
        { name: 'predict', generator: false },
        { name: 'words', generator: true },
        { name: 'shared', generator: false },
      ],
      hasExit: true,
    });
    expect(plain?.class).toEqual({ methods: [{ name: 'm', generator: false }], hasExit: false });
  });

  it('is named by its export, else by itself', async () => {
    const names = await described(`
      export const First = app.cls(class Inner { m() {} });
      app.cls(class Second { m() {} });
      app.cls({ name: "Third" }, class { m() {} });`);
    expect(names.map(({ name }) => name)).toEqual(['First', 'Second', 'Third']);
  });
});

describe('a function in the manifest', () => {
  it('tells whether it yields values', async () => {
    const functions = await described(`
      export const a = app.function(async function* () {});
      export const b = app.function(function* () {});
      export const c = app.function(async () => {});`);
    expect(functions.map(({ generator }) => generator)).toEqual([true, true, false]);
  });

  it('keeps how its calls are joined and run side by side', async () => {
    const [fn] = await described(`
      export const f = app.function(
        { batched: { maxBatchSize: 5, waitMs: 20 }, concurrent: { maxInputs: 4, targetInputs: 2 } },
        async (items: string[]) => items,
      );`);
    expect(fn).toMatchObject({
      batched: { maxBatchSize: 5, waitMs: 20 },
      concurrent: { maxInputs: 4, targetInputs: 2 },
    });
  });
});

describe('what cannot be declared', () => {
  const batched = '{ batched: { maxBatchSize: 2, waitMs: 0 } }';
  it.each([
    [
      'CLASS_WITHOUT_METHODS',
      'class C (app.ts:3) has no public method to call',
      'app.cls(class C { private m() {} });',
    ],
    [
      'CLASS_WITHOUT_METHODS',
      'class C (app.ts:3) has no public method to call',
      'app.cls(class C { m = () => 1; });',
    ],
    [
      'BATCHED_METHODS',
      'class C (app.ts:3) is batched and has more than one method: a, b',
      `app.cls(${batched}, class C { a(x: string[]) { return x; } b(x: string[]) { return x; } });`,
    ],
    [
      'BATCHED_GENERATOR',
      'function f (app.ts:3) is batched, so it cannot yield values',
      `app.function(${batched}, async function* f() {} as never);`,
    ],
    [
      'BATCHED_GENERATOR',
      'class C (app.ts:3) is batched, so it cannot yield values',
      `app.cls(${batched}, class C { async *a() {} } as never);`,
    ],
    [
      'UNKNOWN_OPTION',
      'class C (app.ts:3) has no option input',
      'app.cls({ input: {} } as never, class C { m() {} });',
    ],
  ])('%s: %s', async (code, message, body) => {
    const error = await errorOf(described(body));
    expect([error.code, error.message.replace(/\(.*\/app\.ts/, '(app.ts')]).toEqual([code, message]);
  });

  it('DUPLICATE_FUNCTION: a function and a class of one name', async () => {
    const error = await errorOf(
      described('app.function({ name: "Twice" }, () => {});\napp.cls(class Twice { m() {} });'),
    );
    expect([error.code, error.details?.replaceAll(/\S*\/app\.ts/g, 'app.ts')]).toEqual([
      'DUPLICATE_FUNCTION',
      'app.ts:3  function Twice\napp.ts:4  class Twice',
    ]);
  });

  it('NAMELESS_FUNCTION: a class without any name', async () => {
    const error = await errorOf(described('app.cls(class { m() {} });'));
    expect([error.code, error.suggestions[0]]).toEqual([
      'NAMELESS_FUNCTION',
      'export it: export const myName = app.cls(…)',
    ]);
  });
});
