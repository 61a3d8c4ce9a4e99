/**
 * The lines around a place in source text, numbered, with a mark under the place.
 *
 * Pure. It colours nothing: the text is the `details` of an error, shown as it is.
 */

/** Lines shown before and after the marked one. */
const CONTEXT = 2;

/** A code frame. `line` and `column` count from 1. */
export function codeFrame(source: string, line: number, column: number): string {
  const lines = source.split(/\r?\n/);
  const first = Math.max(1, line - CONTEXT);
  const last = Math.min(lines.length, line + CONTEXT);
  const width = String(last).length;
  const frame: string[] = [];
  for (let number = first; number <= last; number++) {
    const text = lines[number - 1] ?? '';
    const mark = number === line ? '>' : ' ';
    frame.push(`${mark} ${String(number).padStart(width)} | ${text}`.trimEnd());
    if (number === line) {
      // Tabs are kept, so that the mark stands under its place however wide the terminal draws them.
      const indent = text.slice(0, column - 1).replace(/[^\t]/g, ' ');
      frame.push(`  ${' '.repeat(width)} | ${indent}^`);
    }
  }
  return frame.join('\n');
}
