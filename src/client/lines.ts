/**
 * Cuts a body of lines into its lines, as they come. Empty ones, which only keep a connection alive, are passed over.
 *
 * Invariants
 * - leaving the loop ends the request
 * - a last line that its end is missing of was cut off, and is given to nobody
 */

/** The lines. Reading throws what `broken` makes of an error of the connection. */
export async function* linesOf(
  body: ReadableStream<Uint8Array>,
  broken: (error: unknown) => unknown,
): AsyncGenerator<string, void, undefined> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  let isOver = false;
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        isOver = true;
        throw broken(error);
      });
      isOver = done;
      if (done) return;
      const lines = (rest + decoder.decode(value, { stream: true })).split('\n');
      rest = lines.pop() as string;
      for (const line of lines) if (line !== '') yield line;
    }
  } finally {
    if (!isOver) await reader.cancel().catch(() => {});
  }
}
