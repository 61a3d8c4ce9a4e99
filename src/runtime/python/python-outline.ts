/**
 * What a Python source declares: its functions, classes, type aliases and imports, read without running it.
 *
 * Pure. The parser is lenient: of a source with syntax errors the outline tells what it can; Python itself reports
 * the error, with its line, where the module is imported.
 *
 * Invariants
 * - needs no Python on this machine
 * - declarations inside `if` and `try` at the top level count, those inside functions do not
 */
import { parser } from '@lezer/python';
import { type PythonFunction, readFunction } from './python-function.ts';
import { childrenOf, docOf, type Node, textOf } from './python-syntax.ts';

export interface PythonField {
  readonly name: string;
  readonly annotation: string;
  readonly hasDefault: boolean;
}

export interface PythonClass {
  readonly name: string;
  readonly bases: readonly string[];
  readonly decorators: readonly string[];
  readonly doc: string | undefined;
  /** Annotated attributes: what dataclasses, TypedDicts, NamedTuples and models are made of. */
  readonly fields: readonly PythonField[];
  readonly methods: readonly PythonFunction[];
}

export interface PythonImport {
  /** `a.b`; empty in `from . import x`. */
  readonly module: string;
  /** How many dots are before it. */
  readonly level: number;
  /** What is taken from it, by its name here; empty for `import a.b`. */
  readonly names: ReadonlyMap<string, string>;
}

export interface PythonOutline {
  readonly functions: ReadonlyMap<string, PythonFunction>;
  readonly classes: ReadonlyMap<string, PythonClass>;
  /** `Name = expression` and `type Name = expression`, which may be types. */
  readonly aliases: ReadonlyMap<string, string>;
  readonly imports: readonly PythonImport[];
}

/** Reads a Python source. */
export function readOutline(source: string): PythonOutline {
  const outline = new Outline(source);
  outline.statements(parser.parse(source).topNode);
  return outline;
}

/** Statements whose bodies are still the top level. */
const TRANSPARENT = new Set(['IfStatement', 'TryStatement', 'WithStatement', 'Body']);

class Outline implements PythonOutline {
  readonly functions = new Map<string, PythonFunction>();
  readonly classes = new Map<string, PythonClass>();
  readonly aliases = new Map<string, string>();
  readonly imports: PythonImport[] = [];
  readonly #source: string;

  constructor(source: string) {
    this.#source = source;
  }

  statements(parent: Node): void {
    for (const node of childrenOf(parent)) this.#statement(node, []);
  }

  #statement(node: Node, decorators: readonly string[]): void {
    if (TRANSPARENT.has(node.name)) this.statements(node);
    else if (node.name === 'DecoratedStatement') this.#decorated(node);
    else if (node.name === 'FunctionDefinition') {
      const read = readFunction(this.#source, node, decorators);
      this.functions.set(read.name, read);
    } else if (node.name === 'ClassDefinition') {
      const read = readClass(this.#source, node, decorators);
      this.classes.set(read.name, read);
    } else if (node.name === 'ImportStatement') this.imports.push(...readImports(this.#source, node));
    else if (node.name === 'AssignStatement' || node.name === 'TypeDefinition') this.#alias(node);
  }

  #decorated(node: Node): void {
    const parts = childrenOf(node);
    const last = parts.at(-1);
    if (last !== undefined) this.#statement(last, decoratorsOf(this.#source, parts));
  }

  #alias(node: Node): void {
    const parts = childrenOf(node);
    const name = parts.find((part) => part.name === 'VariableName');
    const equals = parts.findIndex((part) => part.name === 'AssignOp' || part.name === '=');
    const value = equals === -1 ? parts.at(-1) : parts[equals + 1];
    if (name === undefined || value === undefined || value === name) return;
    this.aliases.set(textOf(this.#source, name), textOf(this.#source, value));
  }
}

function decoratorsOf(source: string, parts: readonly Node[]): string[] {
  return parts
    .filter(({ name }) => name === 'Decorator')
    .map((node) => textOf(source, node).slice(1).replace(/\(.*$/s, '').trim());
}

function readClass(source: string, node: Node, decorators: readonly string[]): PythonClass {
  const body = node.getChild('Body');
  const fields: PythonField[] = [];
  const methods: PythonFunction[] = [];
  for (const statement of body === null ? [] : childrenOf(body)) {
    const parts = statement.name === 'DecoratedStatement' ? childrenOf(statement) : [statement];
    const defined = parts.at(-1);
    if (defined?.name === 'FunctionDefinition') {
      methods.push(readFunction(source, defined, decoratorsOf(source, parts)));
    } else if (statement.name === 'AssignStatement') {
      const annotation = statement.getChild('TypeDef');
      const name = statement.getChild('VariableName');
      if (annotation === null || name === null) continue;
      fields.push({
        name: textOf(source, name),
        annotation: textOf(source, annotation).slice(1).trim(),
        hasDefault: statement.getChild('AssignOp') !== null,
      });
    }
  }
  const given = node.getChild('ArgList');
  return {
    name: textOf(source, node.getChild('VariableName')),
    bases:
      given === null
        ? []
        : textOf(source, given)
            .slice(1, -1)
            .split(',')
            .map((base) => base.trim()),
    decorators,
    doc: docOf(source, body),
    fields,
    methods,
  };
}

/** `import a.b, c as d` and `from ..a import b as c`, by their text: names and punctuation are all there is. */
function readImports(source: string, node: Node): PythonImport[] {
  const text = textOf(source, node)
    .replaceAll(/#[^\n]*/g, '')
    .replaceAll(/[\\\s]+/g, ' ');
  const from = /^from ?(\.*(?: \.+)*) ?([\w.]*) ?import (.*)$/.exec(text);
  if (from !== null) {
    const [, dots = '', module = '', names = ''] = from;
    return [{ module, level: dots.replaceAll(' ', '').length, names: new Map(namesIn(names)) }];
  }
  return namesIn(text.replace(/^import /, '')).map(([, module]) => ({ module, level: 0, names: new Map() }));
}

/** `a, b as c` as the names here with what they stand for. */
function namesIn(text: string): [string, string][] {
  return text
    .replaceAll(/[()]/g, '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const [name = '', alias = name] = part.split(' as ').map((each) => each.trim());
      return [alias, name];
    });
}
