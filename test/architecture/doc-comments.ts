/**
 * What is documented: how a module opens, and the comment of each of its exports.
 *
 * A comment belongs to what follows it with nothing but white space between. It judges nothing.
 */
import type { nodesIn } from '../../src/runtime/app/parse-source.ts';
import { importedModule, type SourceModule } from './source-modules.ts';

/** Something exported, or a public member of an exported class. */
export interface Documented {
  /** `App`, or `App.function`. */
  readonly name: string;
  /** Text of its comment, without the frame; undefined where there is none. */
  readonly comment: string | undefined;
}

/** The block comment that a module opens with; a `#!` line may be before it. */
export function openingComment({ source }: SourceModule): string | undefined {
  const first = source.comments[0];
  if (first?.type !== 'Block' || source.text.slice(0, first.start).trim() !== '') return undefined;
  return unframed(first.value);
}

/** What a module declares and exports, with the public methods of its classes. */
export function exportsOf({ source }: SourceModule): Documented[] {
  const found: Documented[] = [];
  for (const statement of source.program.body) {
    if (statement.type !== 'ExportNamedDeclaration' || statement.declaration === null) continue;
    const comment = commentBefore(source, statement.start);
    const { declaration } = statement;
    if (declaration.type === 'VariableDeclaration') {
      for (const { id } of declaration.declarations) {
        if (id.type === 'Identifier') found.push({ name: id.name, comment });
      }
      continue;
    }
    const name =
      'id' in declaration && declaration.id?.type === 'Identifier' ? declaration.id.name : undefined;
    if (name === undefined) continue;
    found.push({ name, comment });
    if (declaration.type === 'ClassDeclaration') {
      found.push(
        ...methodsOf(declaration, source).map((each) => ({ ...each, name: `${name}.${each.name}` })),
      );
    }
  }
  // Overloads share one name; one comment among them is enough.
  return [...Map.groupBy(found, ({ name }) => name)].map(([name, all]) => ({
    name,
    comment: all.find(({ comment }) => comment !== undefined)?.comment,
  }));
}

/** What a module passes on from others: the exporting module, and the name there. */
export function reExportsOf(module: SourceModule): { path: string; name: string }[] {
  return module.source.program.body.flatMap((statement) => {
    if (statement.type !== 'ExportNamedDeclaration' || statement.source === null) return [];
    const path = importedModule(module.path, statement.source.value);
    if (path === undefined) return [];
    return statement.specifiers.map(({ local }) => ({
      path,
      name: local.type === 'Identifier' ? local.name : '',
    }));
  });
}

type Source = SourceModule['source'];
type ClassNode = Extract<Parameters<typeof nodesIn>[0], { type: 'ClassDeclaration' | 'ClassExpression' }>;

function methodsOf(node: ClassNode, source: Source): Documented[] {
  return node.body.body.flatMap((member) => {
    if (member.type !== 'MethodDefinition' && member.type !== 'TSAbstractMethodDefinition') return [];
    if (member.kind === 'constructor' || member.accessibility === 'private' || member.override) return [];
    if (member.key.type !== 'Identifier' || member.computed) return [];
    return [{ name: member.key.name, comment: commentBefore(source, member.start) }];
  });
}

/** The doc comment that ends where `start` begins; line comments between, such as a linter's, do not part them. */
function commentBefore(
  { text, comments }: Pick<Source, 'text' | 'comments'>,
  start: number,
): string | undefined {
  const before = comments.findLast(({ end }) => end <= start);
  if (before === undefined || text.slice(before.end, start).trim() !== '') return undefined;
  if (before.type === 'Line') return commentBefore({ text, comments }, before.start);
  return before.value.startsWith('*') ? unframed(before.value) : undefined;
}

function unframed(comment: string): string {
  return comment.replaceAll(/^\s*\*+ ?/gm, '').trim();
}
