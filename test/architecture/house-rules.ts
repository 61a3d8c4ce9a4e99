/**
 * Finds in one file what the house does not write: output and exits in the wrong place, default exports, notes
 * without an issue, tests that are switched off. Pure over parsed source; which file may do what is the test's list.
 */
import { nodesIn, type ParsedSource } from '../../src/runtime/app/parse-source.ts';

type Node = ParsedSource['program']['body'][number] | Parameters<typeof nodesIn>[0];

/** Uses of a member, as written: `console.log`, `process.exit`. `members` may be any. */
export function usesOf(source: ParsedSource, object: string, member?: string): string[] {
  const uses: string[] = [];
  for (const node of nodesIn(source.program)) {
    if (node.type !== 'MemberExpression' || node.object.type !== 'Identifier') continue;
    const name = propertyName(node);
    if (node.object.name === object && (member === undefined || name === member))
      uses.push(`${object}.${name}`);
  }
  return uses;
}

/** Whether the module has a default export, however it is written. */
export function hasDefaultExport({ program }: ParsedSource): boolean {
  return program.body.some(
    (node) =>
      node.type === 'ExportDefaultDeclaration' ||
      (node.type === 'ExportNamedDeclaration' &&
        node.specifiers.some(
          ({ exported }) => exported.type === 'Identifier' && exported.name === 'default',
        )),
  );
}

/** Notes to self in comments that name no issue: a note is a promise, and an issue is where it is kept. */
export function notesWithoutIssue({ comments }: ParsedSource): string[] {
  return comments
    .flatMap(({ value }) => value.split('\n'))
    .filter((line) => NOTE.test(line) && !WITH_ISSUE.test(line))
    .map((line) => line.trim());
}
const NOTE = /\b(?:TODO|FIXME|XXX|HACK)\b/;
const WITH_ISSUE = /\b(?:TODO|FIXME)\(#\d+\)/;

/** Tests that do not run or keep others from running: `it.only`, `describe.skip`, `test.each(…).todo`. */
export function switchedOffTests({ program }: ParsedSource): string[] {
  const found: string[] = [];
  for (const node of nodesIn(program)) {
    if (node.type !== 'MemberExpression') continue;
    const name = propertyName(node);
    const root = rootOf(node.object as Node);
    if (SWITCHES.has(name) && TESTS.has(root)) found.push(`${root}.${name}`);
  }
  return found;
}
const SWITCHES = new Set(['only', 'skip', 'todo']);
const TESTS = new Set(['it', 'test', 'describe', 'suite', 'bench']);

function propertyName(node: Extract<Node, { type: 'MemberExpression' }>): string {
  if (node.property.type === 'Literal') return String(node.property.value);
  return node.property.type === 'Identifier' && !node.computed ? node.property.name : '';
}

/** The name that a chain of members and calls begins with. */
function rootOf(node: Node): string {
  switch (node.type) {
    case 'Identifier':
      return node.name;
    case 'MemberExpression':
      return rootOf(node.object as Node);
    case 'CallExpression':
      return rootOf(node.callee as Node);
    case 'TaggedTemplateExpression':
      return rootOf(node.tag as Node);
    default:
      return '';
  }
}
