/**
 * Python annotations as TypeScript types, by the table of docs/python.md. Pure.
 *
 * What has no equal becomes `unknown`, so that nothing is promised that Python does not say.
 */
import { parser } from '@lezer/python';
import { childrenOf, type Node, stringValue, textOf } from './python-syntax.ts';

/** The type of a name that is none of Python's own, or undefined where it is unknown. */
export type NamedType = (name: string) => string | undefined;

/** The TypeScript type of an annotation; `unknown` without one. */
export function typeText(annotation: string | undefined, named: NamedType): string {
  if (annotation === undefined) return 'unknown';
  const expression = parser.parse(annotation).topNode.firstChild?.firstChild;
  return expression ? new Conversion(annotation, named).of(expression) : 'unknown';
}

/** What a generator's annotation says: the types of its values and of what it returns. */
export function streamTypes(
  annotation: string | undefined,
  named: NamedType,
): { value: string; returned: string } {
  const match = /^(?:[\w.]+\.)?(?:Async)?(Generator|Iterator|Iterable)\s*\[(.*)\]$/s.exec(annotation ?? '');
  if (match === null) return { value: 'unknown', returned: 'unknown' };
  const args = annotationList(match[2] ?? '');
  return {
    value: typeText(args[0], named),
    returned: match[1] === 'Generator' && args.length === 3 ? typeText(args[2], named) : 'null',
  };
}

/** The parts of a list of annotations. */
function annotationList(text: string): string[] {
  const inner = `x[${text}]`;
  const member = parser.parse(inner).topNode.firstChild?.firstChild;
  return member ? indexes(member).map((node) => textOf(inner, node)) : [];
}

/** `unknown` in a union takes all others in. */
function union(types: readonly string[]): string {
  const distinct = [...new Set(types)];
  return distinct.includes('unknown') ? 'unknown' : distinct.join(' | ');
}

const SIMPLE: Readonly<Record<string, string>> = {
  str: 'string',
  LiteralString: 'string',
  int: 'number',
  float: 'number',
  bool: 'boolean',
  bytes: 'Uint8Array',
  bytearray: 'Uint8Array',
  memoryview: 'Uint8Array',
  None: 'null',
  NoneType: 'null',
  datetime: 'Date',
  date: 'Date',
  list: 'unknown[]',
  List: 'unknown[]',
  tuple: 'unknown[]',
  Tuple: 'unknown[]',
  Sequence: 'unknown[]',
  dict: 'Record<string, unknown>',
  Dict: 'Record<string, unknown>',
  Mapping: 'Record<string, unknown>',
  set: 'Set<unknown>',
  Set: 'Set<unknown>',
  frozenset: 'Set<unknown>',
};

/** numpy's and Python's element types as arrays. */
const ARRAYS: Readonly<Record<string, string>> = {
  int8: 'Int8Array',
  uint8: 'Uint8Array',
  int16: 'Int16Array',
  uint16: 'Uint16Array',
  int32: 'Int32Array',
  uint32: 'Uint32Array',
  int64: 'BigInt64Array',
  uint64: 'BigUint64Array',
  float32: 'Float32Array',
  float64: 'Float64Array',
};

class Conversion {
  readonly #source: string;
  readonly #named: NamedType;

  constructor(source: string, named: NamedType) {
    this.#source = source;
    this.#named = named;
  }

  of(node: Node): string {
    switch (node.name) {
      case 'None':
        return 'null';
      case 'VariableName':
        return this.#name(textOf(this.#source, node));
      case 'String':
      case 'ContinuedString':
        return typeText(stringValue(textOf(this.#source, node)), this.#named);
      case 'ParenthesizedExpression':
        return this.of(childrenOf(node)[1] as Node);
      case 'BinaryExpression':
        return this.#union(node);
      case 'MemberExpression':
        return node.getChild('[') === null ? this.#name(lastName(this.#source, node)) : this.#generic(node);
      default:
        return 'unknown';
    }
  }

  #name(name: string): string {
    return this.#named(name) ?? SIMPLE[name] ?? 'unknown';
  }

  #union(node: Node): string {
    const [left, operator, right] = childrenOf(node);
    if (left === undefined || right === undefined || textOf(this.#source, operator ?? null) !== '|')
      return 'unknown';
    return union([this.of(left), this.of(right)]);
  }

  #generic(node: Node): string {
    const name = lastName(this.#source, node);
    const args = indexes(node);
    const [first, second] = args;
    const of = (arg: Node | undefined) => (arg === undefined ? 'unknown' : this.of(arg));
    switch (name) {
      case 'Optional':
        return union([of(first), 'null']);
      case 'Union':
        return union(args.map((arg) => this.of(arg)));
      case 'Literal':
        return union(args.map((arg) => this.#literal(arg)));
      case 'Annotated':
      case 'Final':
      case 'ClassVar':
      case 'Required':
      case 'NotRequired':
      case 'Awaitable':
        return of(first);
      case 'Coroutine':
        return of(args[2]);
      case 'dict':
      case 'Dict':
      case 'Mapping':
      case 'MutableMapping':
      case 'defaultdict':
      case 'OrderedDict':
        return of(first) === 'string' ? `Record<string, ${of(second)}>` : `Map<${of(first)}, ${of(second)}>`;
      case 'set':
      case 'Set':
      case 'frozenset':
      case 'FrozenSet':
      case 'AbstractSet':
        return `Set<${of(first)}>`;
      case 'tuple':
      case 'Tuple':
        return second?.name === 'Ellipsis' ? listOf(of(first)) : `[${args.map(of).join(', ')}]`;
      case 'list':
      case 'List':
      case 'Sequence':
      case 'MutableSequence':
      case 'Collection':
      case 'Iterable':
      case 'deque':
        return listOf(of(first));
      case 'NDArray':
        return ARRAYS[first === undefined ? '' : lastName(this.#source, first)] ?? 'unknown';
      default:
        return 'unknown';
    }
  }

  #literal(node: Node): string {
    const text = textOf(this.#source, node);
    if (node.name === 'Boolean') return text.toLowerCase();
    if (node.name === 'None') return 'null';
    if (node.name === 'Number' || node.name === 'UnaryExpression') return text;
    const value = stringValue(text);
    return value === undefined ? 'unknown' : `'${value.replaceAll(/[\\']/g, '\\$&')}'`;
  }
}

function listOf(item: string): string {
  return /[ |]/.test(item) && !item.startsWith('[') ? `(${item})[]` : `${item}[]`;
}

/** `ndarray` of `np.ndarray`, `Optional` of `typing.Optional[int]`. */
function lastName(source: string, node: Node): string {
  if (node.name !== 'MemberExpression') return textOf(source, node);
  const property = node.getChild('PropertyName');
  const bracket = node.getChild('[');
  if (bracket !== null) return lastName(source, node.firstChild as Node);
  return textOf(source, property ?? node.firstChild);
}

/** What stands between the brackets. */
function indexes(node: Node): Node[] {
  const parts = childrenOf(node);
  const open = parts.findIndex(({ name }) => name === '[');
  const inside = parts.slice(open + 1).filter(({ name }) => name !== ',' && name !== ']');
  return inside.length === 1 && inside[0]?.name === 'TupleExpression'
    ? childrenOf(inside[0]).filter(({ name }) => ![',', '(', ')'].includes(name))
    : inside;
}
