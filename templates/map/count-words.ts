/** How often each word occurs. A word is a run of letters and digits; case does not matter. */
export function countWords(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [word] of text.toLowerCase().matchAll(/[\p{L}\p{N}]+/gu)) {
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}

/** Adds `more` to `counts`. */
export function addCounts(counts: Map<string, number>, more: Map<string, number>): void {
  for (const [word, count] of more) counts.set(word, (counts.get(word) ?? 0) + count);
}
