/**
 * Reads the parts of ARCHITECTURE.md that say the same as the code: the states of a call, and the messages.
 *
 * Pure over the text. The layer table has a reader of its own (layer-table.ts).
 */

/**
 * The transitions of the first state diagram under a heading: from each state to those that may follow. Ends (`[*]`)
 * are left out.
 */
export function readStateDiagram(markdown: string, heading: string): Record<string, string[]> {
  const [, section] = markdown.split(`\n### ${heading}\n`);
  const [, diagram] = /```mermaid\nstateDiagram-v2\n(.*?)```/s.exec(section ?? '') ?? [];
  if (diagram === undefined) throw new Error(`no state diagram under "${heading}"`);
  const aliases = new Map(
    [...diagram.matchAll(/^\s*state "([^"]+)" as (\S+)$/gm)].map(([, name, alias]) => [alias, name]),
  );
  const next: Record<string, string[]> = {};
  for (const [, from = '', to = ''] of diagram.matchAll(/^\s*(\S+) --> ([^\s:]+)/gm)) {
    for (const alias of [from, to]) if (alias !== '[*]') next[aliases.get(alias) ?? alias] ??= [];
    if (from === '[*]' || to === '[*]') continue;
    next[aliases.get(from) ?? from]?.push(aliases.get(to) ?? to);
  }
  return next;
}

export interface MessageRow {
  readonly code: number;
  readonly type: string;
  readonly from: string;
  readonly fields: readonly string[];
  readonly tail: string | undefined;
}

/** The rows of the table of messages. */
export function readMessageTable(markdown: string): MessageRow[] {
  const [, table] = /^\| Code \| Message \|.*\n\|[ |-]+\n((?:\|.*\n)+)/m.exec(markdown) ?? [];
  if (table === undefined) throw new Error('no table of messages');
  return table
    .trim()
    .split('\n')
    .map((row) => {
      const [, code = '', type = '', from = '', fields = '', tail = ''] = row
        .split('|')
        .map((cell) => cell.trim());
      const names = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name as string);
      return {
        code: Number(code),
        type: names(type)[0] ?? '',
        from,
        fields: names(fields),
        tail: names(tail)[0],
      };
    });
}

/** The protocol version that the page speaks of. */
export function readProtocolVersion(markdown: string): number {
  return Number(/^Protocol version (\d+)\./m.exec(markdown)?.[1]);
}
