/**
 * Holds ARCHITECTURE.md to the code where both say the same, and every page to the files that it points to.
 */
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeMessage, PROTOCOL_VERSION } from '../../src/protocol/runner-messages.ts';
import { NEXT } from '../../src/runtime/scheduler/call.ts';
import { SLOT_NEXT } from '../../src/runtime/scheduler/container-slot.ts';
import { readMessageTable, readProtocolVersion, readStateDiagram } from './architecture-page.ts';
import { ROOT } from './source-modules.ts';
import { readTracked, trackedFiles } from './tracked-files.ts';

const page = readTracked('ARCHITECTURE.md');

/** Codes from here on are the runner's. */
const FIRST_RUNNER_CODE = 64;

describe('ARCHITECTURE.md', () => {
  const sorted = (next: Readonly<Record<string, readonly string[]>>) =>
    Object.fromEntries(Object.entries(next).map(([state, following]) => [state, [...following].sort()]));

  it('draws the states of a call as call.ts has them', () => {
    expect(sorted(readStateDiagram(page, 'The states of a call'))).toEqual(sorted(NEXT));
  });

  it('draws the states of a container as container-slot.ts has them', () => {
    expect(sorted(readStateDiagram(page, 'The states of a container'))).toEqual(sorted(SLOT_NEXT));
  });

  it('lists the messages of the catalogue, with their codes and fields in the order of the wire', () => {
    expect(readMessageTable(page)).toEqual(catalogue());
  });

  it('speaks of the protocol version that there is', () => {
    expect(readProtocolVersion(page)).toBe(PROTOCOL_VERSION);
  });
});

describe('the pages', () => {
  const pages = trackedFiles(/\.md$/);

  it('are found', () => {
    expect(pages).toContain('ARCHITECTURE.md');
  });

  it.each(pages)('%s names no file that is not there', (file) => {
    const named = [
      ...readTracked(file).matchAll(/`((?:src|test|bin|scripts|docs|templates|bench)\/[^`\s*<…]*)`/g),
    ];
    expect(
      named.map(([, name]) => name as string).filter((name) => !existsSync(path.join(ROOT, name))),
    ).toEqual([]);
  });

  it.each(pages)('%s has no broken link to a page of the repository', (file) => {
    const links = [...withoutCode(readTracked(file)).matchAll(/\]\(([^)\s]+)\)/g)].map(
      ([, link]) => link as string,
    );
    const own = links.filter((link) => !/^[a-z]+:/.test(link));
    expect(own.filter((link) => !leadsSomewhere(file, link))).toEqual([]);
  });
});

/** The catalogue as the wire has it: every code is tried, and what it decodes to tells its fields. */
function catalogue(): unknown[] {
  const rows: unknown[] = [];
  for (let code = 1; code < 128; code++) {
    // A msgpack array of one small number: the code, and no fields.
    const head = Uint8Array.of(0x91, code);
    const tail = new Uint8Array(0);
    let message: { type: string };
    try {
      message = decodeMessage(head, tail);
    } catch {
      continue; // No message has this code.
    }
    const { type, ...fields } = message as { type: string } & Record<string, unknown>;
    rows.push({
      code,
      type,
      from: code < FIRST_RUNNER_CODE ? 'engine' : 'runner',
      fields: Object.keys(fields).filter((name) => fields[name] !== tail),
      tail: Object.keys(fields).find((name) => fields[name] === tail),
    });
  }
  return rows;
}

function withoutCode(markdown: string): string {
  return markdown.replaceAll(/```.*?```/gs, '').replaceAll(/`[^`]*`/g, '');
}

/** Whether a relative link names a file, and a heading of it where it has a fragment. */
function leadsSomewhere(from: string, link: string): boolean {
  const [target = '', fragment] = link.split('#');
  const file = target === '' ? from : path.posix.join(path.posix.dirname(from), target);
  const absolute = path.join(ROOT, file);
  if (!existsSync(absolute)) return false;
  if (fragment === undefined || statSync(absolute).isDirectory()) return fragment === undefined;
  return headingsOf(readTracked(file)).includes(fragment);
}

/** Anchors of the headings, as code hosts make them: lower case, no punctuation, dashes for spaces. */
function headingsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, text]) =>
    (text as string)
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
