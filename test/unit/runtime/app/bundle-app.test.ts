import { describe, expect, it } from 'vitest';
import type { Bundle } from '../../../../src/protocol/bundle.ts';
import { bundleApp } from '../../../../src/runtime/app/bundle-app.ts';
import { loadApp } from '../../../../src/runtime/app/load-app.ts';
import { errorOf, inContainer, installed, type TempFolder, tempFolder } from './temp-app.ts';

const APP = 'import { App } from "dray";\nconst app = new App("bundled");\n';

async function bundle(folder: TempFolder, packages: readonly string[] = []): Promise<Bundle> {
  using app = await loadApp(folder.file('app.ts'));
  return await bundleApp({ app, installed: packages });
}

/** A package whose native code this machine and the image lack. */
const NATIVE = installed(
  'fast-thing',
  { main: 'i.js', gypfile: true },
  { 'i.js': 'module.exports = { here: true };', 'binding.gyp': '{}' },
);

describe('bundleApp', () => {
  it('carries relative imports, path aliases, JSON, enums and packages of both kinds', async () => {
    using folder = tempFolder({
      ...installed(
        'cjs-dep',
        { main: 'i.js' },
        {
          'i.js': `const path = require("path"), inner = require("./inner");
            exports.cjs = () => [path.sep, inner.x, typeof __dirname, typeof __filename, typeof require.resolve];`,
          'inner.js': 'exports.x = "inner";',
        },
      ),
      ...installed(
        'esm-dep',
        { type: 'module', exports: { './sub': './s.js' } },
        { 's.js': 'export const esm = typeof import.meta.url;' },
      ),
      'tsconfig.json': { compilerOptions: { paths: { '@/*': ['./src/*'] } } },
      'src/aliased.ts': 'export const aliased: string = "aliased";',
      'plain.ts': 'export const plain: string = "plain";',
      'data.json': { answer: 42 },
      'app.ts': `${APP}
        import { cjs } from "cjs-dep";
        import { esm } from "esm-dep/sub";
        import { aliased } from "@/aliased";
        import { plain } from "./plain.js";
        import data from "./data.json";
        enum Color { Red = 7 }
        export const seen = app.function(() => [cjs(), esm, aliased, plain, data.answer, Color.Red]);
      `,
    });
    const made = await bundle(folder);
    expect(made.external).toEqual([]);
    expect(await inContainer(made, 'return call("seen");')).toEqual([
      ['/', 'inner', 'string', 'string', 'function'],
      'string',
      'aliased',
      'plain',
      42,
      7,
    ]);
  });

  it('gives every function in the container the name it has here', async () => {
    using folder = tempFolder({
      'app-of.ts': 'import { App } from "dray"; export const app = new App("many");',
      'functions.ts': `import { app } from "./app-of.ts";
        const declared = app.function(() => "declared");
        export { declared as zeta, declared as alpha };
        app.function({ name: "unexported" }, () => "unexported");`,
      'hidden.ts': 'import { app } from "./app-of.ts"; app.function(function hidden() { return "hidden"; });',
      'app.ts': `import { app } from "./app-of.ts"; import "./functions.ts"; import "./hidden.ts";
        export const renamed = app.function({ name: "by-option" }, () => 1);
        export const plain = app.function(function own() { return 2; });`,
    });
    using app = await loadApp(folder.file('app.ts'));
    const made = await bundleApp({ app, installed: [] });
    const here = app.declaration.functions.map(({ name }) => name).sort();
    expect(here).toEqual(['alpha', 'by-option', 'hidden', 'plain', 'unexported']);
    expect(await inContainer(made, 'return names;')).toEqual(here);
  });

  it('names the functions of CommonJS modules alike', async () => {
    using folder = tempFolder({
      'functions.cjs':
        'const { App } = require("dray"); const app = new App("old"); exports.app = app; exports.b = exports.a = app.function(() => 5);',
      'app.ts':
        'import { a, app } from "./functions.cjs"; export const again = a; export const mine = app.function(() => 6);',
    });
    using app = await loadApp(folder.file('app.ts'));
    const made = await bundleApp({ app, installed: [] });
    expect(await inContainer(made, 'return [names, call("mine"), call("again")];')).toEqual([
      app.declaration.functions.map(({ name }) => name).sort(),
      6,
      5,
    ]);
  });

  it('keeps names apart that modules and CommonJS variables share', async () => {
    using folder = tempFolder({
      ...installed(
        'cjs-dep',
        { main: 'i.js' },
        { 'i.js': 'exports.where = () => typeof __dirname + typeof __filename;' },
      ),
      'one.ts': 'export const value = 1; export function same() { return "one"; }',
      'two.ts': 'export const value = 2; export function same() { return "two"; }',
      'app.ts': `${APP}
        import { createRequire } from "node:module";
        import { where } from "cjs-dep";
        import * as one from "./one"; import * as two from "./two";
        const require = createRequire(import.meta.url);
        const __filename = "mine", __dirname = "mine";
        export const f = app.function(() => [one.value, two.value, one.same(), two.same(), one.same.name,
          two.same.name, typeof require("node:fs").readFileSync, where(), __filename, __dirname]);
      `,
    });
    expect(await inContainer(await bundle(folder), 'return call("f");')).toEqual([
      1,
      2,
      'one',
      'two',
      'same',
      'same',
      'function',
      'stringstring',
      'mine',
      'mine',
    ]);
  });

  it('takes top-level await', async () => {
    using folder = tempFolder({
      'package.json': { type: 'module' },
      'app.ts': `${APP}const n = await Promise.resolve(9); export const f = app.function(() => n);`,
    });
    expect(await inContainer(await bundle(folder), 'return call("f");')).toBe(9);
  });

  it("maps a container's stack to the author's own file and line", async () => {
    using folder = tempFolder({
      'lib.ts':
        'interface Padding {\n  a: string;\n}\n\nexport function fail(_: Padding): never {\n  throw new Error("deep");\n}',
      'app.ts': `${APP}import { fail } from "./lib.ts";
export const main = app.localEntrypoint(async () => {
  await f.remote();
});
export const f = app.function(() => fail({ a: "" }));`,
    });
    const stack = await inContainer(await bundle(folder), 'return (await failure("f")).stack;');
    expect(stack).toContain(`${folder.file('lib.ts')}:6:`);
    expect(stack).toContain(`${folder.file('app.ts')}:7:`);
  });

  it('is the same for the same sources, and another one after a change', async () => {
    const files = { 'app.ts': `${APP}export const f = app.function(() => 1);` };
    using folder = tempFolder(files);
    using changed = tempFolder({ 'app.ts': files['app.ts'].replace('1', '2') });
    const [one, two, three] = [await bundle(folder), await bundle(folder), await bundle(changed)];
    expect(two).toEqual(one);
    expect(three.digest).not.toBe(one.digest);
  });

  it('runs on the oldest Node that an image may have', async () => {
    using folder = tempFolder({
      'app.ts': `${APP}export const f = app.function(() => { using x = { [Symbol.dispose]() {} }; return typeof x; });`,
    });
    expect((await bundle(folder)).code).not.toContain('using x');
  });
});

describe('a package that the image installs', () => {
  const files = {
    ...installed(
      'in-image',
      { main: 'i.js' },
      { 'i.js': 'exports.from = "here"; exports.sub = 0;', 'sub.js': '' },
    ),
    'app.ts': `${APP}import { from } from "in-image"; import { sub } from "in-image/sub.js";
      export const f = app.function(() => [from, sub]);`,
  };

  it('is left to the image, with its subpaths and whatever its version', async () => {
    using folder = tempFolder(files);
    const made = await bundle(folder, ['in-image@2', '@scope/other@1', 'https://example.com/x.tgz']);
    expect(made.external).toEqual(['in-image']);
    const image = installed(
      'in-image',
      { main: 'i.js' },
      { 'i.js': 'exports.from = "image";', 'sub.js': 'exports.sub = "subpath";' },
    );
    expect(await inContainer(made, 'return call("f");', image)).toEqual(['image', 'subpath']);
  });

  it('is bundled for an image that does not install it', async () => {
    using folder = tempFolder(files);
    const made = await bundle(folder);
    expect([made.external, made.code.includes('"here"')]).toEqual([[], true]);
  });
});

describe('a native add-on that the image lacks', () => {
  it.each([
    ['gypfile', NATIVE],
    [
      'packages by platform',
      installed(
        'fast-thing',
        { main: 'i.js', optionalDependencies: { '@fast/thing-linux-x64': '1.2.3' } },
        { 'i.js': '' },
      ),
    ],
    [
      'a .node file',
      installed('fast-thing', { main: 'i.js' }, { 'i.js': 'require("./x.node")', 'x.node': '' }),
    ],
    [
      'a loader of add-ons',
      installed('fast-thing', { main: 'i.js', dependencies: { 'node-gyp-build': '4' } }, { 'i.js': '' }),
    ],
  ])('is told by %s and fails only where it is used, naming the line to add', async (_, files) => {
    using folder = tempFolder({
      ...files,
      'node_modules/fast-thing/i.js': 'module.exports = function () {};',
      'app.ts': `${APP}import fast from "fast-thing";
        export const without = app.function(() => "fine");
        export const using = app.function(() => fast("x"));`,
    });
    const made = await bundle(folder);
    expect(made.external).toEqual(['fast-thing']);
    expect(await inContainer(made, 'return [call("without"), (await failure("using")).message];')).toEqual([
      'fine',
      'the package fast-thing is not in the image of this function; add it: .npmInstall("fast-thing@1.2.3")',
    ]);
  });

  it('is taken from an image that has it all the same', async () => {
    using folder = tempFolder({
      ...NATIVE,
      'app.ts': `${APP}import { here } from "fast-thing"; export const f = app.function(() => here);`,
    });
    const image = installed('fast-thing', { main: 'i.js' }, { 'i.js': 'exports.here = "image";' });
    expect(await inContainer(await bundle(folder), 'return call("f");', image)).toBe('image');
  });

  it('lets a package that requires it for speed fall back', async () => {
    using folder = tempFolder({
      ...NATIVE,
      ...installed(
        'pure',
        { main: 'i.js' },
        {
          'i.js':
            'let fast; try { fast = require("fast-thing"); } catch (error) { fast = error.code; } exports.fast = fast;',
        },
      ),
      'app.ts': `${APP}import { fast } from "pure"; export const f = app.function(() => fast);`,
    });
    expect(await inContainer(await bundle(folder), 'return call("f");')).toBe('MODULE_NOT_FOUND');
  });

  it('is an error where the file itself is imported', async () => {
    using folder = tempFolder({
      ...installed(
        'sneaky',
        { main: 'i.js' },
        { 'i.js': 'exports.load = () => require("./lib/x.node");', 'lib/x.node': '' },
      ),
      'app.ts': `${APP}import { load } from "sneaky"; export const f = app.function(() => load());`,
    });
    expect(await inContainer(await bundle(folder), 'return (await failure("f")).message;')).toBe(
      'the native add-on ./lib/x.node is not in the image of this function; add .npmInstall("sneaky@1.2.3")',
    );
  });
});

describe('a package that is not installed here', () => {
  // Declared so that the app loads here: only the container has the real one.
  const app = (body: string, type = 'module') => ({
    'package.json': { type },
    'app.ts': `${APP}${body}`,
  });

  /** Bundles as if the package had been there when the app was loaded. */
  async function bundleWithout(files: Record<string, string | object>): Promise<Bundle> {
    using folder = tempFolder({
      ...files,
      ...installed(
        'elsewhere',
        { type: 'module', exports: './i.js' },
        {
          'i.js':
            'export default () => {}; export class Thing {} export const value = 1; export const fn = () => {};',
        },
      ),
    });
    using loaded = await loadApp(folder.file('app.ts'));
    const { rmSync } = await import('node:fs');
    rmSync(folder.file('node_modules'), { recursive: true });
    return await bundleApp({ app: loaded, installed: [] });
  }

  const IMPORTS = `
    import dflt, { Thing, value as v, fn } from "elsewhere";
    import * as all from "elsewhere";
    export const quiet = app.function(() => "fine");
    export const f = app.function(() => [dflt(), new Thing().kind, v, fn(), all.fn(), typeof all.default]);
    export const byName = app.function(() => fn());
    export const construct = app.function(() => new Thing());
    export const whole = app.function(() => all.fn());
    export const check = app.function(() => ({}) instanceof (Thing as never));
  `;
  const ESM_IMAGE = installed(
    'elsewhere',
    { type: 'module', exports: { import: './i.js' } },
    {
      'i.js':
        'export default () => "default"; export class Thing { kind = "thing"; } export const value = 3; export const fn = () => "fn";',
    },
  );

  it('fails only where it is used, whatever way it is used', async () => {
    const made = await bundleWithout(app(IMPORTS));
    expect(made.external).toEqual(['elsewhere']);
    const message =
      'the package elsewhere is not in the image of this function; add it: .npmInstall("elsewhere")';
    expect(
      await inContainer(
        made,
        `const messages = [];
         for (const name of ["f", "byName", "construct", "whole", "check"]) messages.push((await failure(name)).message);
         return [call("quiet"), ...messages];`,
      ),
    ).toEqual(['fine', message, message, message, message, message]);
  });

  it('is the real one in an image that has it as an ES module', async () => {
    const made = await bundleWithout(
      app(IMPORTS.replace('import * as all', 'const all: any = {fn, default: dflt}; //')),
    );
    expect(await inContainer(made, 'return call("f");', ESM_IMAGE)).toEqual([
      'default',
      'thing',
      3,
      'fn',
      'fn',
      'function',
    ]);
  });

  it('is the real one as a namespace too', async () => {
    const body =
      'import * as all from "elsewhere"; export const f = app.function(() => [all.fn(), all.value]);';
    expect(await inContainer(await bundleWithout(app(body)), 'return call("f");', ESM_IMAGE)).toEqual([
      'fn',
      3,
    ]);
  });

  it.each([
    ['module', { wrapped: true }],
    ['commonjs', 'unwrapped'],
  ])('has the default export that a %s package sees of compiled CommonJS', async (type, expected) => {
    const body = `import dflt from "elsewhere"; export const f = app.function(() => {
      const it: any = dflt; return typeof it === "string" ? it : { wrapped: it.__esModule }; });`;
    const image = installed(
      'elsewhere',
      { main: 'i.js' },
      {
        'i.js': 'exports.__esModule = true; exports.default = "unwrapped";',
      },
    );
    expect(await inContainer(await bundleWithout(app(body, type)), 'return call("f");', image)).toEqual(
      expected,
    );
  });

  it('rejects an await import() of it, or finds it in the image', async () => {
    const made = await bundleWithout(
      app('export const f = app.function(async () => (await import("elsewhere")).value);'),
    );
    expect(made.external).toEqual(['elsewhere']);
    expect(await inContainer(made, 'return (await failure("f")).code;')).toBe('ERR_MODULE_NOT_FOUND');
    expect(await inContainer(made, 'return call("f");', ESM_IMAGE)).toBe(3);
  });
});

describe('what only a local entrypoint needs', () => {
  const tools = {
    ...installed(
      'prompts',
      { main: 'i.js' },
      { 'i.js': 'globalThis.evaluated = "PROMPTS"; exports.ask = () => "asked";' },
    ),
    ...NATIVE,
  };

  it.each([
    ['TypeScript', 'app.ts', {}],
    [
      'TypeScript that keeps its imports',
      'app.ts',
      { 'tsconfig.json': { compilerOptions: { verbatimModuleSyntax: true } } },
    ],
    ['JavaScript', 'app.js', { 'package.json': { type: 'module' } }],
  ])('stays out of the bundle of %s', async (_, file, extra) => {
    using folder = tempFolder({
      ...tools,
      ...extra,
      'ui.mjs': 'import { ask } from "prompts"; export const show = () => ask();',
      [file]: `${APP}
        import { ask } from "prompts";
        import fast from "fast-thing";
        import { show } from "./ui.mjs";
        const helper = () => ask() + "HELPER";
        export const shared = () => helper();
        export const f = app.function(() => globalThis.evaluated ?? "not evaluated");
        export const main = app.localEntrypoint({ name: "main" }, async () => [helper(), show(), fast.here, "SECRET"]);
      `,
    });
    using app = await loadApp(folder.file(file));
    expect(await app.declaration.entrypoints[0]?.fn()).toEqual(['askedHELPER', 'asked', true, 'SECRET']);
    const made = await bundleApp({ app, installed: [] });
    expect(made.external).toEqual([]);
    expect(['PROMPTS', 'HELPER', 'SECRET'].filter((text) => made.code.includes(text))).toEqual([]);
    expect(await inContainer(made, 'return call("f");')).toBe('not evaluated');
  });

  it('may be imported for its effects, which are kept', async () => {
    using folder = tempFolder({
      ...tools,
      'app.ts': `${APP}import "prompts"; export const f = app.function(() => (globalThis as any).evaluated);
        export const main = app.localEntrypoint(() => 1);`,
    });
    expect(await inContainer(await bundle(folder), 'return call("f");')).toBe('PROMPTS');
  });
});

describe('a bundle that cannot be made', () => {
  it('names the import that finds nothing', async () => {
    using folder = tempFolder({
      'package.json': { type: 'module' },
      'app.ts': `${APP}export const f = app.function(async () => await import("./gone.ts"));`,
    });
    const error = await errorOf(bundle(folder));
    expect(error.code).toBe('APP_IMPORT_NOT_FOUND');
    expect(error.message).toBe(`${folder.file('app.ts')}:3 imports "./gone.ts", which cannot be found`);
  });

  it('names the place of a syntax error in a file that is imported later', async () => {
    using folder = tempFolder({
      'package.json': { type: 'module' },
      'later.ts': 'export const é = 1; let x = ;',
      'app.ts': `${APP}export const f = app.function(async () => await import("./later.ts"));`,
    });
    const error = await errorOf(bundle(folder));
    expect([error.code, error.message]).toEqual([
      'APP_SYNTAX_ERROR',
      `${folder.file('later.ts')}:1:29: unexpected ";"`,
    ]);
  });

  it('shows the place of anything else that esbuild refuses', async () => {
    using folder = tempFolder({
      'package.json': { type: 'module' },
      'later.mjs': 'import { absent } from "./has.mjs"; export const x = absent;',
      'has.mjs': 'export const present = 1;',
      'app.ts': `${APP}export const f = app.function(async () => await import("./later.mjs"));`,
    });
    const error = await errorOf(bundle(folder));
    expect(error.code).toBe('APP_BUNDLE_FAILED');
    expect(error.message).toContain(`${folder.file('later.mjs')}:1:10: no matching export`);
    expect(error.details).toContain('> 1 | import { absent }');
  });
});
