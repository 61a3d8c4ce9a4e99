/**
 * Imports the bundle and finds what this container serves: a function, or the one instance of a class.
 *
 * The bundle becomes a file, because Node resolves packages by where a file is: a folder of its own under
 * the temp folder, with a link to the working directory's `node_modules` where there is one. Packages
 * that the image installed to `/node_modules` are found from anywhere.
 *
 * Throws the error of the user's module as it is; a package that the image lacks becomes a
 * FunctionStartError with the line to add.
 */
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { decodeBundle } from '../../protocol/bundle.ts';
import type { RunnerInit } from '../../protocol/runner-messages.ts';
import { decodeValue } from '../../protocol/value-codec.ts';
import { type AnyClass, type AnyFunction, type AppDeclaration, declaredApps } from '../../sdk/declaration.ts';
import { FunctionStartError } from '../../sdk/errors.ts';
import { isGeneratorFunction } from '../../sdk/generator-function.ts';
import { enter, exit, runHook } from '../../sdk/lifecycle.ts';
import { newInstance } from '../../sdk/local-instance.ts';
import { type ModuleExports, nameDeclarations } from '../../sdk/naming.ts';
import { mapStacks } from './mapped-stacks.ts';

/** A function that is ready to be called. */
export interface ServedFunction {
  readonly call: AnyFunction;
  /** It yields values. */
  readonly generator: boolean;
  /** How many it declares. */
  readonly parameters: number;
}

/** What a container serves. */
export interface Service {
  /** The function, or with a name the method of the class's one instance. */
  method(name: string): ServedFunction;
  /** Runs the exit hook of the instance, where it has one. */
  exit(): Promise<void>;
}

/** The function, imported; of a class the instance, made and entered. Throws what user code throws. */
export async function loadService(init: RunnerInit): Promise<Service> {
  const modules = await importBundle(init);
  const app = deployedApp(init.app);
  if (app !== undefined) nameDeclarations(app, modules);
  const declaration = app?.functions.find(({ name }) => name === init.function);
  if (declaration === undefined) {
    throw new FunctionStartError(`the app declares no function ${init.function} inside its container`, {
      suggestions: ['declare it in every environment: not inside `if (isLocal())`'],
    });
  }
  if (declaration.kind === 'class') return enteredInstance(declaration.fn, init.parameters);
  const served = servedFunction(declaration.fn, declaration.fn);
  return { method: () => served, exit: async () => {} };
}

/** The app by its name; where it was deployed by another, the one that the bundle declares, which takes that name. */
function deployedApp(name: string): AppDeclaration | undefined {
  const declared = declaredApps();
  const found =
    declared.find((app) => app.name === name) ?? (declared.length === 1 ? declared[0] : undefined);
  if (found !== undefined) found.name = name;
  return found;
}

async function enteredInstance(cls: AnyClass, parameters: Uint8Array): Promise<Service> {
  const given = parameters.length === 0 ? [] : (decodeValue(parameters) as unknown[]);
  const instance = newInstance(cls, given) as Record<string, AnyFunction>;
  await runHook(instance, enter);
  const methods = new Map<string, ServedFunction>();
  return {
    method(name) {
      let served = methods.get(name);
      if (served === undefined) {
        const method = instance[name];
        if (typeof method !== 'function') throw new FunctionStartError(`${cls.name} has no method ${name}`);
        served = servedFunction(method, (...args) => method.apply(instance, args));
        methods.set(name, served);
      }
      return served;
    },
    exit: () => runHook(instance, exit),
  };
}

function servedFunction(fn: AnyFunction, call: AnyFunction): ServedFunction {
  return { call, generator: isGeneratorFunction(fn), parameters: fn.length };
}

async function importBundle(init: RunnerInit): Promise<readonly ModuleExports[]> {
  const folder = mkdtempSync(join(tmpdir(), 'dray-app-'));
  try {
    const { code, sourceMap } = decodeBundle(init.bundle);
    const file = join(folder, 'app.mjs');
    writeFileSync(file, `${code}\n//# sourceMappingURL=app.mjs.map\n`);
    // For debuggers; mapStacks has it already.
    writeFileSync(`${file}.map`, sourceMap);
    const installed = join(process.cwd(), 'node_modules');
    if (existsSync(installed)) symlinkSync(installed, join(folder, 'node_modules'));
    const { href } = pathToFileURL(file);
    mapStacks(href, sourceMap);
    const module = (await import(href)) as { default: readonly ModuleExports[] };
    return module.default;
  } catch (error) {
    throw explainMissingPackage(error, init.external) ?? error;
  } finally {
    // Dynamic imports of user code find packages through this folder, so it lives as long as the process.
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  }
}

/** Node names a package that is not there in the message alone; the code says that it is one. */
function explainMissingPackage(error: unknown, external: readonly string[]): FunctionStartError | undefined {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') return undefined;
  const missing = external.find((name) => message.includes(`'${name}'`) || message.includes(`'${name}/`));
  if (missing === undefined) return undefined;
  return new FunctionStartError(`the package ${missing} is not in the image`, {
    suggestions: [`install it there: image: Image.node().npmInstall("${missing}")`],
    cause: error,
  });
}
