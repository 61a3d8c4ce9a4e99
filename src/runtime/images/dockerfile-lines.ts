/**
 * Reads as much of a Dockerfile's grammar as it takes to count its instructions.
 *
 * Pure. Comments, continued lines and here-documents are what a line may be beside an instruction
 * (https://docs.docker.com/reference/dockerfile/); what an instruction says is the builder's business.
 */

/** The instructions that BuildKit numbers, and shows, as steps. */
const NUMBERED = new Set(['ADD', 'COPY', 'RUN', 'WORKDIR']);

/** Each instruction's keyword in capitals, in order. */
export function instructionsOf(text: string): string[] {
  const keywords: string[] = [];
  /** Words that end here-documents which have begun. */
  let open: string[] = [];
  let continued = false;
  for (const line of text.split(/\r?\n/)) {
    if (open.length > 0) {
      if (line.trim() === open[0]) open = open.slice(1);
      continue;
    }
    // A comment or an empty line between continued lines ends nothing.
    if (/^\s*(?:#.*)?$/.test(line)) continue;
    if (!continued) keywords.push((/^\s*(\S+)/.exec(line)?.[1] ?? '').toUpperCase());
    continued = /\\\s*$/.test(line);
    if (/^(?:RUN|COPY|ADD)$/.test(keywords.at(-1) ?? '')) open = hereDocuments(line);
  }
  return keywords;
}

/** Whether BuildKit gives an instruction of this keyword a number. */
export function isNumbered(keyword: string): boolean {
  return NUMBERED.has(keyword);
}

function hereDocuments(line: string): string[] {
  return [...line.matchAll(/(?<!<)<<-?\s*(["']?)([A-Za-z_][A-Za-z0-9_]*)\1/g)].map(([, , word = '']) => word);
}
