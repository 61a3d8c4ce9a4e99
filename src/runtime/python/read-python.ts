/**
 * Reads what a declared Python function or class is, from its source: whether it yields values, which methods it has.
 *
 * It runs nothing. What only Python can tell (a function that another function made) is taken as a plain function;
 * its container finds out when it imports the module.
 */
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import type { PythonSourceOutline } from '../../sdk/python-source.ts';
import { UserError } from '../../shared/errors.ts';
import { nearestName } from '../../shared/names.ts';
import type { PythonFunction } from './python-function.ts';
import type { PythonClass } from './python-outline.ts';
import { type FoundName, PythonSources } from './python-sources.ts';

export interface PythonReference {
  /** Absolute path. */
  readonly file: string;
  readonly name: string;
  readonly kind: 'function' | 'class';
  /** Who declares it, for messages. */
  readonly owner: string;
}

/** @throws UserError PYTHON_FILE_NOT_FOUND, PYTHON_NAME_NOT_FOUND */
export function readPython(reference: PythonReference): PythonSourceOutline {
  const { file, name, kind, owner } = reference;
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) {
    throw new UserError(
      'PYTHON_FILE_NOT_FOUND',
      `${owner} names the Python file ${file}, which does not exist`,
      {
        suggestions: ['name it relative to the file that declares the function: file: "model.py"'],
      },
    );
  }
  const sources = new PythonSources();
  const found = sources.find(file, name);
  const plain = { file, generator: false, methods: [], hasExit: false };
  if (found?.kind === kind) {
    return found.kind === 'function'
      ? { ...plain, generator: found.value.generator }
      : { ...plain, ...classOutline(sources, found as FoundClass) };
  }
  const unknown = found === undefined || found.kind === 'alias';
  if (kind === 'function' && unknown && sources.mayHave(file, name)) return plain;
  throw notFound(reference, sources, found);
}

type FoundClass = FoundName & { readonly kind: 'class' };

/** A method, with its first parameter taken off, and the class that has it. */
export interface FoundMethod {
  readonly file: string;
  readonly value: PythonFunction;
}

/** Public methods of a class, inherited ones last, hooks and properties left out. */
export function methodsOf(sources: PythonSources, found: FoundClass): Map<string, FoundMethod> {
  const methods = new Map<string, FoundMethod>();
  const hidden = new Set<string>();
  for (const { file, value } of ancestry(sources, found)) {
    for (const method of value.methods) {
      if (methods.has(method.name) || hidden.has(method.name)) continue;
      if (isPublic(method)) methods.set(method.name, { file, value: withoutSelf(method) });
      else hidden.add(method.name);
    }
  }
  return methods;
}

/** The constructor's parameters, from the nearest class that has one. */
export function constructorOf(sources: PythonSources, found: FoundClass): FoundMethod | undefined {
  for (const { file, value } of ancestry(sources, found)) {
    const init = value.methods.find(({ name }) => name === '__init__');
    if (init !== undefined) return { file, value: withoutSelf(init) };
  }
  return undefined;
}

function classOutline(sources: PythonSources, found: FoundClass) {
  const methods = [...methodsOf(sources, found)].map(([name, { value }]) => ({
    name,
    generator: value.generator,
  }));
  const hasExit = ancestry(sources, found).some(({ value }) =>
    value.methods.some((each) => isHook(each, 'exit')),
  );
  return { methods, hasExit };
}

/** The class and those it extends, as far as they are the author's own. */
function ancestry(sources: PythonSources, found: FoundClass): { file: string; value: PythonClass }[] {
  const seen = new Map<PythonClass, string>();
  const visit = ({ file, value }: FoundClass) => {
    if (seen.has(value)) return;
    seen.set(value, file);
    for (const base of value.bases) {
      const parent = sources.find(file, base);
      if (parent?.kind === 'class') visit(parent as FoundClass);
    }
  };
  visit(found);
  return [...seen].map(([value, file]) => ({ value, file }));
}

function isPublic(method: PythonFunction): boolean {
  const { name, decorators } = method;
  const special = decorators.some(
    (each) => each === 'property' || each.endsWith('.setter') || each === 'overload',
  );
  return !name.startsWith('_') && !special && !isHook(method, 'enter') && !isHook(method, 'exit');
}

function isHook({ decorators }: PythonFunction, hook: 'enter' | 'exit'): boolean {
  return decorators.some((each) => each === `dray.${hook}` || each === hook);
}

function withoutSelf(method: PythonFunction): PythonFunction {
  if (method.decorators.includes('staticmethod')) return method;
  return { ...method, parameters: method.parameters.slice(1) };
}

function notFound(
  { file, name, kind, owner }: PythonReference,
  sources: PythonSources,
  found: FoundName | undefined,
) {
  const { functions, classes } = sources.outline(file);
  const names = [...(kind === 'function' ? functions : classes).keys()].filter(
    (each) => !each.startsWith('_'),
  );
  const near = nearestName(name, names);
  const what = found === undefined ? `has no ${kind} ${name}` : `has ${name}, which is no ${kind}`;
  return new UserError('PYTHON_NAME_NOT_FOUND', `${owner}: ${basename(file)} ${what}`, {
    suggestions:
      near !== undefined
        ? [`did you mean ${near}?`]
        : names.slice(0, 10).map((each) => `there is ${kind === 'function' ? 'def' : 'class'} ${each}`),
  });
}
