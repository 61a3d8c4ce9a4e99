/**
 * Reads docs/errors.md: one entry per code, grouped by the kind of error, each in the same form.
 *
 * An entry is `### CODE`, a paragraph that says what it means, and a list under "What to do:". Pure over the text.
 */

export interface ErrorEntry {
  readonly code: string;
  /** The heading above it: `Wrong usage or a wrong app file (exit code 2)`. */
  readonly group: string;
  readonly meaning: string;
  readonly steps: readonly string[];
}

/** The entries, in the order of the page. */
export function readErrorsPage(markdown: string): ErrorEntry[] {
  return markdown
    .split(/^(?=## )/m)
    .slice(1)
    .flatMap((section) => {
      const group = firstLine(section, '## ');
      return section
        .split(/^(?=### )/m)
        .slice(1)
        .map((entry) => readEntry(entry, group));
    });
}

function readEntry(entry: string, group: string): ErrorEntry {
  const [before = '', after = ''] = entry.split(/^What to do:$/m);
  return {
    code: firstLine(entry, '### '),
    group,
    meaning: before.split('\n').slice(1).join(' ').trim(),
    steps: [...after.matchAll(/^- (.+)$/gm)].map(([, step]) => step as string),
  };
}

function firstLine(text: string, mark: string): string {
  return (text.split('\n')[0] ?? '').slice(mark.length).trim();
}
