/**
 * TypeScript types of a Python module, from its annotations: one for each public function and class, and one for each
 * class of data (dataclass, TypedDict, NamedTuple, model) that they speak of.
 *
 * Invariants
 * - same sources, same text: a written file can be compared with what would be written now
 */
import { basename } from 'node:path';
import type { PythonFunction, PythonParameter } from './python-function.ts';
import type { PythonClass } from './python-outline.ts';
import { type FoundName, PythonSources } from './python-sources.ts';
import { constructorOf, methodsOf } from './read-python.ts';
import { type NamedType, streamTypes, typeText } from './type-text.ts';

/** Types of a module, by the names of what they are for. */
export interface PythonTypes {
  /** The whole file. */
  readonly text: string;
  /** Names of the functions and classes that can be declared. */
  readonly names: readonly string[];
}

/** Types of all public functions and classes of a file, given by its absolute path. */
export function pythonTypes(file: string): PythonTypes {
  const sources = new PythonSources();
  const { functions, classes } = sources.outline(file);
  const served = [
    ...functions.keys(),
    ...[...classes.values()].filter((each) => !isData(each)).map((each) => each.name),
  ];
  const names = served.filter((name) => !name.startsWith('_'));
  const writer = new TypeWriter(sources, file);
  for (const name of names) writer.write(file, name);
  const head = `// Types of ${basename(file)}, written by: dray types ${basename(file)}\n`;
  return { text: [head, ...writer.declarations].join('\n'), names };
}

/** The type of one function or class, `type NAME = …`, after the types that it speaks of. */
export function pythonType(file: string, name: string): string {
  const writer = new TypeWriter(new PythonSources(), file);
  writer.write(file, name);
  return writer.declarations.join('\n');
}

const DATA_BASES = new Set(['TypedDict', 'NamedTuple', 'BaseModel', 'Struct']);

function isData({ decorators, bases }: PythonClass): boolean {
  const last = (name: string) => name.split('.').at(-1) ?? name;
  return (
    decorators.some((each) => last(each) === 'dataclass') || bases.some((base) => DATA_BASES.has(last(base)))
  );
}

class TypeWriter {
  readonly declarations: string[] = [];
  readonly #sources: PythonSources;
  readonly #file: string;
  readonly #written = new Set<string>();

  constructor(sources: PythonSources, file: string) {
    this.#sources = sources;
    this.#file = file;
  }

  write(file: string, name: string): void {
    const found = this.#sources.find(file, name);
    if (found === undefined || this.#written.has(name)) return;
    this.#written.add(name);
    if (found.kind === 'function') {
      this.#declare(found.value.doc, `export type ${name} = ${this.#function(found.file, found.value)};`);
    } else if (found.kind === 'class') this.#class(found as FoundName & { kind: 'class' });
  }

  #class(found: FoundName & { kind: 'class' }): void {
    const { name, doc, fields } = found.value;
    if (isData(found.value)) {
      const lines = fields.map(
        (field) => `  ${property(field.name)}: ${typeText(field.annotation, this.#named(found.file))};`,
      );
      this.#declare(doc, [`export interface ${name} {`, ...lines, '}'].join('\n'));
      return;
    }
    const init = constructorOf(this.#sources, found);
    const parameters = init === undefined ? '' : this.#parameters(init.file, init.value.parameters);
    const methods = [...methodsOf(this.#sources, found)].flatMap(([method, { file, value }]) => [
      ...comment(value.doc, '  '),
      `  ${method}: ${this.#function(file, value)};`,
    ]);
    this.#declare(doc, [`export type ${name} = new (${parameters}) => {`, ...methods, '};'].join('\n'));
  }

  #declare(doc: string | undefined, text: string): void {
    this.declarations.push([...comment(doc, ''), text, ''].join('\n'));
  }

  #function(file: string, { parameters, returns, generator }: PythonFunction): string {
    const named = this.#named(file);
    const given = this.#parameters(file, parameters);
    if (!generator) return `(${given}) => ${typeText(returns, named)}`;
    const { value, returned } = streamTypes(returns, named);
    return `(${given}) => AsyncGenerator<${value}, ${returned}, undefined>`;
  }

  #parameters(file: string, parameters: readonly PythonParameter[]): string {
    const named = this.#named(file);
    return parameters
      .filter(({ kind }) => kind === 'positional' || kind === 'rest')
      .map((each) => {
        const type = typeText(each.annotation, named);
        if (each.kind === 'rest') return `...${each.name}: ${/[ |]/.test(type) ? `(${type})` : type}[]`;
        return each.default === undefined ? `${each.name}: ${type}` : `${each.name}?: ${type}`;
      })
      .join(', ');
  }

  /** Names of the author's own classes and aliases; what is used is written too. */
  #named(file: string): NamedType {
    return (name) => {
      const found = this.#sources.find(file, name);
      if (found?.kind === 'alias') return typeText(found.value, this.#named(found.file));
      if (found?.kind !== 'class' || !isData(found.value as PythonClass)) return undefined;
      this.write(found.file, found.value.name);
      return found.value.name;
    };
  }
}

function comment(doc: string | undefined, indent: string): string[] {
  if (doc === undefined) return [];
  const lines = doc.replaceAll('*/', '* /').split('\n');
  if (lines.length === 1) return [`${indent}/** ${lines[0]} */`];
  return [`${indent}/**`, ...lines.map((line) => `${indent} * ${line}`.trimEnd()), `${indent} */`];
}

function property(name: string): string {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) ? name : JSON.stringify(name);
}
