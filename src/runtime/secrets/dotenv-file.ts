/**
 * Reads `.env` text, with the package that gave the format its name.
 *
 * Quotes, `export`, comments and values over several lines are as there; nothing is expanded but `\n` in double quotes.
 */
import { parse } from 'dotenv';

/** The values of a `.env` text, by key. */
export function parseDotenv(text: string): Record<string, string> {
  // A byte order mark would become part of the first key.
  return { ...parse(text.replace(/^\uFEFF/, '')) };
}
