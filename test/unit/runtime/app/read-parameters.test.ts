import { afterAll, describe, expect, it } from 'vitest';
import type { FunctionParameters, Parameter } from '../../../../src/protocol/parameters.ts';
import { loadApp } from '../../../../src/runtime/app/load-app.ts';
import { readParameters } from '../../../../src/runtime/app/read-parameters.ts';
import { nodeStacks, tempFolder } from './temp-app.ts';

const stacks = nodeStacks();
afterAll(() => stacks[Symbol.dispose]());

/** What the functions of an app take, by name. */
async function read(
  body: string,
  files: Record<string, string | object> = {},
  file = 'app.ts',
): Promise<Record<string, FunctionParameters>> {
  using folder = tempFolder({
    ...files,
    [file]: `import { App } from "dray";\nconst app = new App("read");\n${body}`,
  });
  using app = await loadApp(folder.file(file));
  const all = [...app.declaration.functions, ...app.declaration.entrypoints];
  return Object.fromEntries(
    all.flatMap((each) => (each.kind === 'class' ? [] : [[each.name, readParameters(each)]])),
  );
}

/** The parameters of the sole function. */
async function readOne(body: string, files?: Record<string, string | object>, file?: string) {
  const [only] = Object.values(await read(body, files, file));
  return only as FunctionParameters;
}

function parametersOf(read: FunctionParameters | undefined): readonly Parameter[] {
  return read !== undefined && 'parameters' in read ? read.parameters : [];
}

/** `name: type` of each parameter, `?` where it is optional. */
function brief(read: FunctionParameters | undefined): string[] {
  return parametersOf(read).map(({ name, required, type }) => {
    const spelled = (each: typeof type): string =>
      each.kind === 'array'
        ? `${spelled(each.items)}[]`
        : each.kind === 'choice'
          ? each.choices.join('|')
          : each.kind;
    return `${name}${required ? '' : '?'}: ${spelled(type)}`;
  });
}

const f = (parameters: string) => `export const f = app.function(async (${parameters}) => {});`;

describe('one object parameter', () => {
  it('gives a flag for each field, in kebab case', async () => {
    const read = await readOne(f('{ url, maxItems = 10 }: { url: string; maxItems?: number }'));
    expect(read).toEqual({
      style: 'object',
      parameters: [
        { name: 'url', flag: 'url', type: { kind: 'string' }, required: true },
        { name: 'maxItems', flag: 'max-items', type: { kind: 'number' }, required: false, defaultText: '10' },
      ],
    });
  });

  it.each([
    ['string', 'string'],
    ['number', 'number'],
    ['boolean', 'boolean'],
    ['true | false', 'boolean'],
    ['Date', 'date'],
    ['"a" | "b"', 'a|b'],
    ['1 | 2 | -3', '1|2|-3'],
    ['"only"', 'only'],
    ['string[]', 'string[]'],
    ['readonly number[]', 'number[]'],
    ['Array<"x" | "y">', 'x|y[]'],
    ['ReadonlyArray<Date>', 'date[]'],
    ['(string)', 'string'],
    [`\`a$\{string}\``, 'string'],
    ['string | null', 'string'],
    ['{ a: number }', 'json'],
    ['{ a: number }[]', 'json'],
    ['string[][]', 'json'],
    ['string | number', 'json'],
    ['Map<string, string>', 'json'],
    ['unknown', 'json'],
    ['Size', 'small|large'],
    ['Sizes', 'small|large|huge'],
    ['Mode', 'fast|slow'],
    ['Level', '0|1|5'],
    ['Computed', 'json'],
  ])('takes %s as %s', async (type, expected) => {
    const read = await readOne(`
      type Size = "small" | "large"; type Sizes = Size | "huge";
      enum Mode { Fast = "fast", Slow = "slow" } enum Level { Low, Mid, High = 5 } enum Computed { A = "abc".length }
      ${f(`{ x }: { x: ${type} }`)}`);
    expect(brief(read)).toEqual([`x: ${expected}`]);
  });

  it('takes an optional field, undefined among its types and a default alike as not required', async () => {
    const read = await readOne(f('{ c = "x" }: { a?: string; b: number | undefined; c: string; d: string }'));
    expect(brief(read)).toEqual(['a?: string', 'b?: number', 'c?: string', 'd: string']);
  });

  it('reads interfaces, aliases, intersections and what they extend, across files', async () => {
    const read = await readOne(
      `import type { Options as Renamed } from "./types.js"; import type { Extra } from "./barrel";
       ${f('options: Renamed & Extra & { own: boolean }')}`,
      {
        'types.ts':
          'import { Size } from "./size.ts"; interface Base { url: string } export interface Options extends Base { size: Size }',
        'size.ts': 'export type Size = "s" | "l";',
        'barrel/index.ts': 'export * from "./nothing.ts"; export { Inner as Extra } from "./inner.ts";',
        'barrel/inner.ts': 'type Inner = { extra?: number }; export type { Inner };',
        'barrel/nothing.ts': 'export {};',
      },
    );
    expect(brief(read)).toEqual(['url: string', 'size: s|l', 'extra?: number', 'own: boolean']);
  });

  it('understands Partial, Required and Readonly', async () => {
    const read = await read2(`type O = { a: string; b?: number };
      export const p = app.function((o: Partial<O>) => {});
      export const r = app.function((o: Required<O>) => {});
      export const q = app.function((o: Readonly<O>) => {});`);
    expect([read.p, read.r, read.q].map(brief)).toEqual([
      ['a?: string', 'b?: number'],
      ['a: string', 'b: number'],
      ['a: string', 'b?: number'],
    ]);
  });

  it('may be left out where it has a default', async () => {
    expect(await readOne(f('{ a }: { a?: string } = {}'))).toMatchObject({ style: 'object', optional: true });
    expect(await readOne(f('o?: { a?: string }'))).toMatchObject({ style: 'object', optional: true });
    expect(await readOne(f('{ a }: { a?: string }'))).not.toHaveProperty('optional');
  });

  it('is read by its pattern where the type says nothing', async () => {
    const read = await readOne(
      'export const f = app.function(({ width = 256, url, on = false, list = [], deep = { a: 1 }, at = new Date(0), low = -1, ...rest }) => {});',
      { 'package.json': { type: 'module' } },
      'app.js',
    );
    expect(brief(read)).toEqual([
      'width?: number',
      'url: string',
      'on?: boolean',
      'list?: string[]',
      'deep?: json',
      'at?: date',
      'low?: number',
    ]);
  });

  it('is one JSON flag where its type comes from a package', async () => {
    const read = await readOne(`import type { Options } from "somewhere"; ${f('options: Options')}`);
    expect([read.style, ...brief(read)]).toEqual(['positional', 'options: json']);
  });

  it('keeps the name of a field that is bound to another or quoted', async () => {
    const read = await readOne(f('{ a: b = 1, "x-y": c = "z" }: { a?: number; "x-y"?: string }'));
    expect(parametersOf(read).map(({ name, defaultText }) => [name, defaultText])).toEqual([
      ['a', '1'],
      ['x-y', '"z"'],
    ]);
  });
});

/** Same as `read`, under a name that an inner variable does not hide. */
const read2 = read;

describe('positional parameters', () => {
  it('are flags by their names', async () => {
    const read = await readOne(f('name: string, times = 3, loud?: boolean, when?: Date'));
    expect([read.style, ...brief(read)]).toEqual([
      'positional',
      'name: string',
      'times?: number',
      'loud?: boolean',
      'when?: date',
    ]);
  });

  it('are strings where nothing tells their type, and JSON where they are taken apart', async () => {
    expect(brief(await readOne(f('a, { b }: { b: number }')))).toEqual(['a: string', 'arg2: json']);
  });

  it('take the rest as a list', async () => {
    const read = await readOne(f('first: string, ...others: number[]'));
    expect(brief(read)).toEqual(['first: string', 'others?: number[]']);
    expect(parametersOf(read)[1]).toMatchObject({ rest: true, required: false });
  });

  it('are passed on as typed where there is only ...argv', async () => {
    expect(await readOne(f('...argv: string[]'))).toEqual({ style: 'raw' });
    expect(brief(await readOne(f('...numbers: number[]')))).toEqual(['numbers?: number[]']);
  });

  it('may be none', async () => {
    expect(await readOne(f(''))).toEqual({ style: 'positional', parameters: [] });
    expect(
      brief(await readOne('export const f = app.function(async function (this: void, a: string) {});')),
    ).toEqual(['a: string']);
  });
});

describe('the function of a declaration', () => {
  it('is found after options, by name, and in another file', async () => {
    const all = await read(
      `import imported, { other as renamed } from "./functions.js";
       function later(a: number) {}
       const arrow = (b: boolean) => {};
       export const one = app.function({ cpu: 1 }, later);
       export const two = app.function(arrow), three = app.function(imported), four = app.function(renamed);
       export const five = app.function((later as (a: number) => void)!);
       export const six = app.localEntrypoint({ name: "sixth" }, later satisfies unknown);`,
      {
        'functions.ts':
          'export default function (c: string) {} const x = async (d: Date) => {}; export { x as other };',
      },
    );
    expect(Object.entries(all).map(([name, each]) => [name, ...brief(each)])).toEqual([
      ['one', 'a: number'],
      ['two', 'b: boolean'],
      ['three', 'c: string'],
      ['four', 'd: date'],
      ['five', 'a: number'],
      ['sixth', 'a: number'],
    ]);
  });

  it('is told from another one on the same line', async () => {
    const all = await read(
      'export const a = app.function((x: number) => {}), b = app.function((y: Date) => {});',
    );
    expect([all.a, all.b].map(brief)).toEqual([['x: number'], ['y: date']]);
  });

  it('is read from its own text where a wrapper made it', async () => {
    const read = await readOne(
      'const wrap = () => async (a = 5, b: Date) => {}; export const f = app.function(wrap());',
    );
    expect(brief(read)).toEqual(['a?: number', 'b: string']);
  });

  it('has no flags where even its text does not tell', async () => {
    const read = await readOne('export const f = app.function({ name: "f" }, (() => {}).bind(null));');
    expect(read).toEqual({ style: 'positional', parameters: [] });
  });
});

describe('descriptions', () => {
  it('come from the comments of the declaration and of its parameters', async () => {
    const read = await readOne(`
      /**
       * Makes a picture
       * smaller.
       *
       * @param url where it is
       * @param width - how wide,
       *   in pixels
       * @returns nothing
       */
      ${f('url: string, width: number')}`);
    expect(read.description).toBe('Makes a picture smaller.');
    expect(parametersOf(read).map(({ description }) => description)).toEqual([
      'where it is',
      'how wide, in pixels',
    ]);
  });

  it('come from the comments of fields, which win over the function’s', async () => {
    const read = await readOne(`
      /** @param options.a from the function
       *  @param options.b also from it */
      ${f('options: { /** from the field */ a: string; b: string; /* no doc */ c: string }')}`);
    expect(parametersOf(read).map(({ description }) => description)).toEqual([
      'from the field',
      'also from it',
      undefined,
    ]);
  });

  it('come from the function itself where it is written elsewhere', async () => {
    const read = await readOne(
      '/** Own. */\nfunction g(a: string) {}\n/** Not this. */\nexport const f = app.function(g);',
    );
    expect(read.description).toBe('Own.');
  });

  it('give JavaScript its types', async () => {
    const read = await readOne(
      `/**
        * @param {number} width
        * @param {"a" | "b"} [kind]
        * @param {string[]} [tags=[]] labels
        */
       export const f = app.function((width, kind, tags) => {});`,
      { 'package.json': { type: 'module' } },
      'app.js',
    );
    expect(brief(read)).toEqual(['width: number', 'kind?: a|b', 'tags?: string[]']);
  });
});

describe('a Standard Schema as input', () => {
  const schema = (json: string) =>
    `const input = { "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value }), ${json} } } as const;
     /** Described. */ export const f = app.function({ input }, async (_: never) => {});`;

  it('gives flags by its JSON Schema', async () => {
    const read = await readOne(
      schema(`jsonSchema: { input: () => ({
        type: "object", required: ["url", "count", "mode"],
        properties: {
          url: { type: "string", description: "where" }, count: { type: "integer", default: 3 },
          ratio: { type: "number" }, loud: { type: "boolean" }, mode: { enum: ["a", "b"] }, fixed: { const: 7 },
          tags: { type: "array", items: { type: "string" } }, deep: { type: "object" }, odd: { enum: [null, {}] },
          deepList: { type: "array", items: { type: "object" } }, list: { type: "array" },
        } }) }`),
    );
    expect([read.style, read.description]).toEqual(['object', 'Described.']);
    expect(brief(read)).toEqual([
      'url: string',
      'count?: number',
      'ratio?: number',
      'loud?: boolean',
      'mode: a|b',
      'fixed?: 7',
      'tags?: string[]',
      'deep?: json',
      'odd?: json',
      'deepList?: json',
      'list?: json',
    ]);
    expect(parametersOf(read)[0]?.description).toBe('where');
    expect(parametersOf(read)[1]).toMatchObject({
      defaultText: '3',
      type: { kind: 'number', integer: true },
    });
  });

  it('takes any flags where it has no JSON Schema', async () => {
    expect(await readOne(schema(''))).toEqual({ style: 'free', description: 'Described.' });
  });
});
