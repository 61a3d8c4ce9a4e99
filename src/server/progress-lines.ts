/**
 * Makes lines of what work tells while it goes on, and of what comes of it.
 *
 * Invariants
 * - what was told comes before the result, in the order told
 * - a reader that is slow does not hold up the work: what it has not read yet waits
 */

/** What `work` tells, then what it resolves to. Throws what it rejects with, after what it told. */
export async function* progressLines<Line>(
  work: (tell: (line: Line) => void) => Promise<Line>,
): AsyncGenerator<Line, void, undefined> {
  const told: Line[] = [];
  let changed = Promise.withResolvers<void>();
  let isOver = false;
  const tell = (line: Line) => {
    told.push(line);
    changed.resolve();
  };
  const result = work(tell).finally(() => {
    isOver = true;
    changed.resolve();
  });
  // Where the reader leaves, nobody asks for the result.
  result.catch(() => {});
  while (!isOver || told.length > 0) {
    await changed.promise;
    changed = Promise.withResolvers();
    yield* told.splice(0);
    if (isOver) break;
  }
  yield* told.splice(0);
  yield await result;
}
