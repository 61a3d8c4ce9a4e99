/**
 * App folders and containers' folders for tests: real files in a temp folder of their own.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Bundle } from '../../../../src/protocol/bundle.ts';
import { ToolError } from '../../../../src/shared/errors.ts';

export interface TempFolder extends Disposable {
  readonly path: string;
  file(name: string): string;
}

/** A folder with files, by relative path. An object is written as JSON. */
export function tempFolder(files: Readonly<Record<string, string | object>>): TempFolder {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'dray-test-')));
  for (const [name, content] of Object.entries(files)) {
    const file = join(path, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  }
  return {
    path,
    file: (name) => join(path, name),
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** Files of an installed package. */
export function installed(
  name: string,
  manifest: object,
  files: Readonly<Record<string, string>>,
): Record<string, string | object> {
  const entries = Object.entries(files).map(([file, content]) => [`node_modules/${name}/${file}`, content]);
  return {
    [`node_modules/${name}/package.json`]: { name, version: '1.2.3', ...manifest },
    ...Object.fromEntries(entries),
  };
}

/** The ToolError that something ends in. */
export async function errorOf(doing: Promise<unknown> | (() => unknown)): Promise<ToolError> {
  try {
    await (typeof doing === 'function' ? doing() : doing);
  } catch (error) {
    if (error instanceof ToolError) return error;
    throw error;
  }
  throw new Error('it did not throw');
}

/** Stacks as Node itself maps them: the test runner's own mapping knows nothing of the files that tsx loads. */
export function nodeStacks(): Disposable {
  const prepare = Error.prepareStackTrace;
  Reflect.deleteProperty(Error, 'prepareStackTrace');
  return {
    [Symbol.dispose]() {
      if (prepare !== undefined) Error.prepareStackTrace = prepare;
    },
  };
}

const NAMING = pathToFileURL(join(import.meta.dirname, '../../../../src/sdk/naming.ts')).href;

/**
 * Imports a bundle in a fresh Node process, as a runner does, and answers what `body` returns there.
 * `call(name, ...args)` calls a function of the app by its name; `names` are all of them.
 *
 * @param image files beside the bundle: what an image would hold, `node_modules` among them
 */
export async function inContainer(
  bundle: Bundle,
  body: string,
  image: Readonly<Record<string, string | object>> = {},
): Promise<unknown> {
  using folder = tempFolder({
    ...image,
    'run/app.mjs': `${bundle.code}\n//# sourceMappingURL=app.mjs.map\n`,
    'run/app.mjs.map': bundle.sourceMap,
    'run/main.mjs': `
      import { nameDeclarations } from ${JSON.stringify(NAMING)};
      process.setSourceMapsEnabled(true);
      const { default: modules } = await import('./app.mjs');
      const [app] = globalThis[Symbol.for('dray.apps')];
      nameDeclarations(app, modules);
      const names = app.functions.map((fn) => fn.name).sort();
      const call = (name, ...args) => app.functions.find((fn) => fn.name === name).fn(...args);
      const failure = async (name, ...args) => {
        try { await call(name, ...args); } catch (error) { return error; }
      };
      const result = await (async () => { ${body} })();
      process.stdout.write('\\u0000' + JSON.stringify(result ?? null));
    `,
  });
  const { stdout } = await promisify(execFile)(process.execPath, [folder.file('run/main.mjs')], {
    cwd: folder.path,
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  return JSON.parse(stdout.slice(stdout.lastIndexOf('\u0000') + 1));
}
