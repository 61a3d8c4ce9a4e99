/**
 * Reads the engine's answer to a pull or a build: one JSON object per line, errors among them.
 *
 * The engine answers 200 before the work begins, so a failure is one of the lines. Newer engines (API 1.48)
 * send `errorDetail` only, older ones `error` as well.
 */

/** A line of the stream, as much as dray reads of it. */
export interface EngineMessage {
  readonly id?: string;
  readonly status?: string;
  readonly aux?: unknown;
  readonly error?: string;
  readonly errorDetail?: { readonly message?: string };
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
}

/** The lines as they come. Rejects where the connection breaks or the stream is aborted. */
export async function* engineMessages(stream: AsyncIterable<unknown>): AsyncGenerator<EngineMessage> {
  for await (const line of linesOf(stream)) yield JSON.parse(line) as EngineMessage;
}

/** What the engine says went wrong, where this line is about that. */
export function failureIn(message: EngineMessage): string | undefined {
  return message.errorDetail?.message ?? message.error;
}

/** The non-empty lines of a byte stream. */
export async function* linesOf(stream: AsyncIterable<unknown>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split(/\r?\n/);
    rest = lines.pop() ?? '';
    yield* lines.filter((line) => line !== '');
  }
  if (rest !== '') yield rest;
}
