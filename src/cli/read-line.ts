/**
 * Reads one line that is given on stdin, so that a secret need not be typed where the shell keeps it.
 */
import { createInterface } from 'node:readline';
import { UserError } from '../shared/errors.ts';

/** The first line of `input`, without its end. Throws NO_INPUT where there is none. */
export async function readLine(input: NodeJS.ReadableStream): Promise<string> {
  const lines = createInterface({ input });
  try {
    for await (const line of lines) return line;
  } finally {
    lines.close();
  }
  throw new UserError('NO_INPUT', 'stdin ended before a line of it could be read', {
    suggestions: ['give the value on stdin, as in: dray config set token_secret - < token.txt'],
  });
}
