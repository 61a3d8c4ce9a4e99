/**
 * Shows lines as they come, or gathers them for a document.
 */
import { once } from 'node:events';
import type { LogLineReply } from '../protocol/api/log-routes.ts';
import { type LogLineOptions, renderLogLine } from './render/app-logs.ts';

export interface ShowLogsOptions extends LogLineOptions {
  /** Keeps stdout for the document; a line each where lines are followed, which end in none. */
  readonly json: boolean;
  readonly follow: boolean;
}

/** The lines, where a document is to hold them. */
export async function showLogs(
  lines: AsyncIterable<LogLineReply>,
  options: ShowLogsOptions,
): Promise<LogLineReply[]> {
  const gathered: LogLineReply[] = [];
  for await (const line of lines) {
    if (options.json && !options.follow) gathered.push(line);
    else await print(options.json ? JSON.stringify(line) : renderLogLine(line, options));
  }
  return gathered;
}

/** A reader that is slow, a pager for instance, slows the server down. */
async function print(line: string): Promise<void> {
  if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain');
}
