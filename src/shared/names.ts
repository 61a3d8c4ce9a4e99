/**
 * Names users give: which are allowed, and which known one a wrong one was meant to be.
 */

/** Apps, functions, volumes, secrets, dicts and queues share one grammar. */
export const NAME_PATTERN = /^[A-Za-z0-9._-]{1,64}$/;

/** What to say of a name that is not allowed; the grammar in words. */
export const NAME_RULE = '1 to 64 letters, digits, dots, dashes and underscores';

/** Whether `name` may name an object of dray. */
export function isName(name: string): boolean {
  return NAME_PATTERN.test(name);
}

/** The known name nearest to a misspelt one, or undefined when none is near enough to suggest. */
export function nearestName(wanted: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const name of known) {
    const distance = editDistance(wanted.toLowerCase(), name.toLowerCase());
    if (distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}

/**
 * How many insertions, deletions, substitutions and swaps of neighbours turn `a` into `b`, no place touched twice
 * (optimal string alignment). A swap is the commonest slip, so it counts as one.
 */
function editDistance(a: string, b: string): number {
  let above: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const shorter = Math.min(substituted, (row[j] as number) + 1, (current[j - 1] as number) + 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      current[j] = isSwap ? Math.min(shorter, (above[j - 2] as number) + 1) : shorter;
    }
    above = row;
    row = current;
  }
  return row[b.length] as number;
}
