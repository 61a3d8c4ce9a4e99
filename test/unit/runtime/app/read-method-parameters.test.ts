import { afterAll, describe, expect, it } from 'vitest';
import type { FunctionParameters } from '../../../../src/protocol/parameters.ts';
import { loadApp } from '../../../../src/runtime/app/load-app.ts';
import { readMethodParameters, readParameters } from '../../../../src/runtime/app/read-parameters.ts';
import type { ClassDeclaration, FunctionDeclaration } from '../../../../src/sdk/declaration.ts';
import { nodeStacks, tempFolder } from './temp-app.ts';

const stacks = nodeStacks();
afterAll(() => stacks[Symbol.dispose]());

/** The first declaration of an app, read while its files are there. */
async function reading<T>(
  body: string,
  read: (declaration: FunctionDeclaration | ClassDeclaration) => T,
  files: Record<string, string> = {},
): Promise<T> {
  using folder = tempFolder({
    ...files,
    'app.ts': `import { App } from "dray";\nconst app = new App("read");\n${body}`,
  });
  using app = await loadApp(folder.file('app.ts'));
  return read(app.declaration.functions[0] as FunctionDeclaration | ClassDeclaration);
}

const methodOf = (method: string) => (declaration: FunctionDeclaration | ClassDeclaration) =>
  readMethodParameters(declaration as ClassDeclaration, method);

/** `name: type` of each parameter, `?` where it is optional. */
function brief(read: FunctionParameters | undefined): string[] {
  if (read === undefined || !('parameters' in read)) return [];
  return read.parameters.map(({ name, type, required }) => `${name}${required ? '' : '?'}: ${type.kind}`);
}

describe('the parameters of a method', () => {
  it('are its own and those of the constructor, with their comments', async () => {
    const { construct, call } = await reading(
      `export const Model = app.cls(class Model {
        constructor(readonly params: { size: "small" | "large"; deep?: boolean } = { size: "small" }) {}
        /**
         * Says what it sees.
         * @param text what to look at
         */
        predict(text: string, times = 2) {}
      });`,
      methodOf('predict'),
    );
    expect(brief(construct)).toEqual(['size: choice', 'deep?: boolean']);
    expect(construct).toMatchObject({ style: 'object', optional: true });
    expect(brief(call)).toEqual(['text: string', 'times?: number']);
    expect(call).toMatchObject({
      description: 'Says what it sees.',
      parameters: [{ description: 'what to look at' }, { defaultText: '2' }],
    });
  });

  it('are found in the class that it extends, in another file', async () => {
    const { construct, call } = await reading(
      `import { Base } from "./base.ts";
      class Model extends Base {}
      export const Remote = app.cls(Model);`,
      methodOf('predict'),
      { 'base.ts': 'export class Base { constructor(size: number) {} predict(text?: string) {} }' },
    );
    expect([brief(construct), brief(call)]).toEqual([['size: number'], ['text?: string']]);
  });

  it('are described by the class where the method says nothing', async () => {
    const { call } = await reading(
      `/** A model. */
      export const Model = app.cls(class { predict() {} });`,
      methodOf('predict'),
    );
    expect(call.description).toBe('A model.');
  });

  it('are single values where calls are joined', async () => {
    const source = `app.cls({ batched: { maxBatchSize: 2, waitMs: 0 } }, class M { m(texts: string[], flags: boolean[]) { return texts; } });`;
    expect(brief((await reading(source, methodOf('m'))).call)).toEqual(['texts: string', 'flags: boolean']);
  });
});

describe('the parameters of a batched function', () => {
  it('are single values', async () => {
    const read = await reading(
      'export const f = app.function({ batched: { maxBatchSize: 2, waitMs: 0 } }, (texts: string[], ns: number[]) => ns);',
      (declaration) => readParameters(declaration as FunctionDeclaration),
    );
    expect(brief(read)).toEqual(['texts: string', 'ns: number']);
  });
});
