import { writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { type LoadedApp, loadApp } from '../../../../src/runtime/app/load-app.ts';
import type { AnyFunction } from '../../../../src/sdk/declaration.ts';
import { errorOf, installed, nodeStacks, tempFolder } from './temp-app.ts';

const stacks = nodeStacks();
afterAll(() => stacks[Symbol.dispose]());

const HELLO = `
import { App } from "dray";
const app = new App("hello");
export const greet = app.function(async (name: string) => \`hello \${name}\`);
export const main = app.localEntrypoint(async ({ name = "world" }: { name?: string }) => name);
`;

function names(app: LoadedApp): (string | undefined)[] {
  return [...app.declaration.functions, ...app.declaration.entrypoints].map(({ name }) => name);
}

const PACKAGES = {
  'an ES module package': { 'package.json': { type: 'module' } },
  'a CommonJS package': { 'package.json': { type: 'commonjs' } },
  'a folder without a package.json': {},
};

describe.each(Object.entries(PACKAGES))('loadApp in %s', (_, manifest) => {
  it('names functions and entrypoints by their exports', async () => {
    using folder = tempFolder({ ...manifest, 'app.ts': HELLO });
    using app = await loadApp(folder.file('app.ts'));
    expect(app.declaration.name).toBe('hello');
    expect(names(app)).toEqual(['greet', 'main']);
    expect(await soleFunction(app)('Ada')).toBe('hello Ada');
  });

  it('follows relative imports, path aliases, JSON and packages of both kinds', async () => {
    using folder = tempFolder({
      ...manifest,
      ...installed('cjs-dep', { main: 'i.js' }, { 'i.js': 'exports.cjs = require("os").EOL.length > 0;' }),
      ...installed('esm-dep', { type: 'module', exports: './i.js' }, { 'i.js': 'export const esm = "esm";' }),
      'tsconfig.json': { compilerOptions: { paths: { '@/*': ['./src/*'] } } },
      'src/aliased.ts': 'export const aliased: string = "aliased";',
      'plain.ts': 'export const plain: string = "plain";',
      'written.ts': 'export const written = "written";',
      'data.json': { answer: 42 },
      'app.ts': `
        import { App } from "dray";
        import { cjs } from "cjs-dep";
        import { esm } from "esm-dep";
        import { aliased } from "@/aliased";
        import { plain } from "./plain";
        import { written } from "./written.js";
        import data from "./data.json";
        enum Color { Red = 7 }
        const app = new App("all");
        export const seen = app.function(() => [cjs, esm, aliased, plain, written, data.answer, Color.Red]);
      `,
    });
    using app = await loadApp(folder.file('app.ts'));
    expect(soleFunction(app)()).toEqual([true, 'esm', 'aliased', 'plain', 'written', 42, 7]);
  });

  it('counts the export names of every own module, and lists those modules after the app file', async () => {
    using folder = tempFolder({
      ...manifest,
      'shared.ts': 'import { App } from "dray"; export const app = new App("many");',
      'functions.ts':
        'import { app } from "./shared.ts"; export const add = app.function((a: number) => a + 1);',
      'other.ts': 'export const unrelated = 1;',
      'app.ts': `
        import { app } from "./shared.ts"; import "./functions.ts"; import { unrelated } from "./other.ts";
        export const twice = app.function((a: number) => 2 * a * unrelated);
      `,
    });
    using app = await loadApp(folder.file('app.ts'));
    expect(names(app).sort()).toEqual(['add', 'twice']);
    expect(app.modules.map(({ path }) => path)).toEqual([folder.file('app.ts'), folder.file('functions.ts')]);
    expect(Object.keys(app.modules[1]?.exports ?? {})).toEqual(['add']);
  });

  it('sees a change of an imported file when it loads again', async () => {
    using folder = tempFolder({
      ...manifest,
      'value.ts': 'export const value = 1;',
      'app.ts': `
        import { App } from "dray"; import { value } from "./value";
        export const read = new App("again").function(() => value);
      `,
    });
    // The first one is kept on purpose: what it loaded must go on working and must not be found again.
    using first = await loadApp(folder.file('app.ts'));
    writeFileSync(folder.file('value.ts'), 'export const value = 2;');
    using second = await loadApp(folder.file('app.ts'));
    expect([first, second].map((app) => soleFunction(app)())).toEqual([1, 2]);
  });

  it('shows the TypeScript lines of user code in stacks and declarations', async () => {
    using folder = tempFolder({
      ...manifest,
      'app.ts': `import { App } from "dray";
interface Padding { readonly lines: number }

type More = Padding & { more: string };
const app = new App("lines");
export const fail = app.function((_: More) => {
  throw new Error("here");
});`,
    });
    using app = await loadApp(folder.file('app.ts'));
    const [declaration] = app.declaration.functions;
    expect(declaration?.declaredAt).toContain(`${folder.file('app.ts')}:6:`);
    const error = await Promise.try(() => soleFunction(app)({})).catch((thrown: Error) => thrown);
    expect((error as Error).stack).toContain(`${folder.file('app.ts')}:7:`);
  });

  it('names the file, line and column of a syntax error, with the lines around it', async () => {
    using folder = tempFolder({
      ...manifest,
      'app.ts': 'import "./bad.ts";',
      'bad.ts': 'const a = 1;\nconst b = = 2;\n',
    });
    const error = await errorOf(loadApp(folder.file('app.ts')));
    expect(error.code).toBe('APP_SYNTAX_ERROR');
    expect(error.message).toBe(`${folder.file('bad.ts')}:2:11: unexpected "="`);
    expect(error.details).toBe('  1 | const a = 1;\n> 2 | const b = = 2;\n    |           ^\n  3 |');
  });

  it('names the line that imports a missing package, and how to install it', async () => {
    using folder = tempFolder({
      ...manifest,
      'app.ts': 'import { App } from "dray";\nimport { z } from "@acme/zed/sub";\nnew App(z);',
    });
    const error = await errorOf(loadApp(folder.file('app.ts')));
    expect(error.code).toBe('APP_IMPORT_NOT_FOUND');
    expect(error.message).toBe(`${folder.file('app.ts')}:2 imports "@acme/zed/sub", which cannot be found`);
    expect(error.suggestions).toEqual(['install it: npm install @acme/zed']);
  });

  it('suggests the file that a wrong relative import meant', async () => {
    using folder = tempFolder({
      ...manifest,
      'app.ts': 'import { f } from "./functoins";\nf();',
      'functions.ts': '',
    });
    const error = await errorOf(loadApp(folder.file('app.ts')));
    expect(error.code).toBe('APP_IMPORT_NOT_FOUND');
    expect(error.suggestions).toEqual(['did you mean "./functions.ts"?']);
  });

  it('shows what the app threw at import with the frames of its own files only', async () => {
    using folder = tempFolder({
      ...manifest,
      'app.ts': 'function fail(): never {\n  throw new TypeError("no luck");\n}\nfail();',
    });
    const error = await errorOf(loadApp(folder.file('app.ts')));
    expect(error.code).toBe('APP_THREW_AT_IMPORT');
    expect(error.message).toContain('threw while it was loaded: TypeError: no luck');
    const [first, ...frames] = (error.details ?? '').split('\n');
    expect(first).toBe('TypeError: no luck');
    expect(frames.length).toBeGreaterThanOrEqual(2);
    expect(frames.every((frame) => frame.includes(`${folder.file('app.ts')}:`))).toBe(true);
    expect(frames[0]).toContain(':2:');
    expect(error.cause).toBeInstanceOf(Error);
  });
});

/** The first function that an app declares, as it is in this process. */
function soleFunction(app: LoadedApp): AnyFunction {
  return app.declaration.functions[0]?.fn as AnyFunction;
}

describe('loadApp', () => {
  it('takes top-level await in an ES module', async () => {
    using folder = tempFolder({
      'package.json': { type: 'module' },
      'app.ts':
        'import { App } from "dray"; const n = await Promise.resolve(3); export const f = new App("a").function(() => n);',
    });
    using app = await loadApp(folder.file('app.ts'));
    expect(soleFunction(app)()).toBe(3);
  });

  it('says how to make a CommonJS package take top-level await', async () => {
    using folder = tempFolder({ 'app.ts': 'import { App } from "dray";\nawait 0; new App("a");' });
    const error = await errorOf(loadApp(folder.file('app.ts')));
    expect(error.code).toBe('APP_SYNTAX_ERROR');
    expect(error.message).toContain(`${folder.file('app.ts')}:2:1`);
    expect(error.suggestions[0]).toContain('"type": "module"');
  });

  it("prefers the user's installed dray to its own", async () => {
    using folder = tempFolder({
      ...installed(
        'dray',
        { type: 'module', exports: './i.js' },
        {
          'i.js': `export class App { constructor(name) {
          (globalThis[Symbol.for("dray.apps")] ??= []).push({ name: name + "-theirs", options: {}, functions: [],
            entrypoints: [], handle: this, declaredAt: new Error().stack });
        } }`,
        },
      ),
      'app.ts': 'import { App } from "dray"; new App("installed");',
    });
    using app = await loadApp(folder.file('app.ts'));
    expect(app.declaration.name).toBe('installed-theirs');
  });

  it('requires dray from CommonJS code', async () => {
    using folder = tempFolder({
      'app.cjs': 'const { App } = require("dray"); exports.f = new App("old").function(() => 1);',
    });
    using app = await loadApp(folder.file('app.cjs'));
    expect(names(app)).toEqual(['f']);
  });

  it('loads what user code imports later, while it runs', async () => {
    using folder = tempFolder({
      'package.json': { type: 'module' },
      'later.ts': 'import { App } from "dray"; export const late: string = typeof App;',
      'app.ts':
        'import { App } from "dray"; export const f = new App("a").function(async () => (await import("./later")).late);',
    });
    using app = await loadApp(folder.file('app.ts'));
    expect(await soleFunction(app)()).toBe('function');
  });

  it('uses names given as options before export names', async () => {
    using folder = tempFolder({
      'app.ts':
        'import { App } from "dray"; export const f = new App("a").function({ name: "given" }, () => 1);',
    });
    using app = await loadApp(folder.file('app.ts'));
    expect(names(app)).toEqual(['given']);
  });

  it.each([
    ['NO_APP', 'export const nothing = 1;'],
    ['SEVERAL_APPS', 'import { App } from "dray";\nnew App("one");\nnew App("two");'],
    ['NAMELESS_FUNCTION', 'import { App } from "dray";\nconst app = new App("a");\napp.function(() => 1);'],
    ['BAD_NAME', 'import { App } from "dray";\nnew App("no spaces");'],
    ['BAD_NAME', 'import { App } from "dray";\nexport const $f = new App("a").function(() => 1);'],
    [
      'DUPLICATE_FUNCTION',
      'import { App } from "dray";\nconst app = new App("a");\nexport const f = app.function(() => 1);\nexport const g = app.function({ name: "f" }, () => 2);',
    ],
  ])('refuses with %s', async (code, source) => {
    using folder = tempFolder({ 'app.ts': source });
    expect((await errorOf(loadApp(folder.file('app.ts')))).code).toBe(code);
  });

  it('names the lines of several apps, of a nameless function and of a double name', async () => {
    using folder = tempFolder({
      'several.ts': 'import { App } from "dray";\nnew App("one");\nnew App("two");',
      'nameless.ts': 'import { App } from "dray";\nconst app = new App("a");\napp.localEntrypoint(() => 1);',
      'double.ts':
        'import { App } from "dray";\nconst app = new App("a");\nexport const f = app.function(() => 1);\nexport const g = app.function({ name: "f" }, () => 2);',
    });
    const several = await errorOf(loadApp(folder.file('several.ts')));
    expect(several.details).toBe(
      `${folder.file('several.ts')}:2  new App("one")\n${folder.file('several.ts')}:3  new App("two")`,
    );
    const nameless = await errorOf(loadApp(folder.file('nameless.ts')));
    expect(nameless.message).toBe(
      `the local entrypoint declared at ${folder.file('nameless.ts')}:3 has no name`,
    );
    const double = await errorOf(loadApp(folder.file('double.ts')));
    expect(double.details).toBe(
      `${folder.file('double.ts')}:3  function f\n${folder.file('double.ts')}:4  function f`,
    );
  });

  it('does not see an app of an earlier load', async () => {
    using folder = tempFolder({ 'one.ts': HELLO, 'none.ts': 'export {};' });
    using _ = await loadApp(folder.file('one.ts'));
    expect((await errorOf(loadApp(folder.file('none.ts')))).code).toBe('NO_APP');
  });

  it('explains an import that a package makes in vain', async () => {
    using folder = tempFolder({
      ...installed('needy', { main: 'i.js' }, { 'i.js': 'require("absent");' }),
      'app.ts': 'import "needy";',
    });
    const error = await errorOf(loadApp(folder.file('app.ts')));
    expect(error.message).toContain('needy/i.js:1 imports "absent"');
    expect(error.suggestions).toContain('reinstall the packages: npm ci');
  });
});

describe('an app file that is none', () => {
  it('suggests a file with a similar name', async () => {
    using folder = tempFolder({ 'app.ts': HELLO });
    const error = await errorOf(loadApp(folder.file('ap.ts')));
    expect([error.code, error.suggestions]).toEqual([
      'APP_FILE_NOT_FOUND',
      [`did you mean ${folder.file('app.ts')}?`],
    ]);
  });

  it('suggests the same name with another extension first', async () => {
    using folder = tempFolder({ 'app.mts': HELLO, 'apps.ts': HELLO });
    const error = await errorOf(loadApp(folder.file('app.ts')));
    expect(error.suggestions).toEqual([`did you mean ${folder.file('app.mts')}?`]);
  });

  it('lists the app files of a folder that is given instead', async () => {
    using folder = tempFolder({ 'app.ts': HELLO, 'types.d.ts': '' });
    const error = await errorOf(loadApp(folder.path));
    expect([error.code, error.suggestions]).toEqual([
      'APP_FILE_NOT_A_FILE',
      [`name a file in it: ${folder.file('app.ts')}`],
    ]);
  });

  it('refuses a file of another type', async () => {
    using folder = tempFolder({ 'app.py': '' });
    expect((await errorOf(loadApp(folder.file('app.py')))).code).toBe('APP_FILE_WRONG_TYPE');
  });

  it('suggests to create one where there is nothing', async () => {
    using folder = tempFolder({});
    const error = await errorOf(loadApp(folder.file('deep/app.ts')));
    expect(error.suggestions).toEqual(['create one with: dray init']);
  });
});
