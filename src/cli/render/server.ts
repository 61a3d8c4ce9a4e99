/**
 * How a server looks: its state for `server status`, and a line of its log. Pure.
 */
import chalk from 'chalk';
import { columns } from './columns.ts';
import { minute } from './minute.ts';

/** The document of `dray server status --json`; null where the token may not know. */
export interface ServerStatus {
  url: string;
  /** What chose this server. */
  source: string;
  version: string;
  pid: number | null;
  /** ISO 8601. */
  startedAt: string | null;
  uptimeMs: number | null;
  requests: { answered: number; running: number } | null;
}

/** The text for a person. */
export function renderServerStatus(status: ServerStatus): string {
  const { url, source, version, pid, startedAt, requests } = status;
  const rows: string[][] = [
    [chalk.dim('Server'), `${url} (${source})`],
    [chalk.dim('Version'), version],
  ];
  if (pid !== null) rows.push([chalk.dim('Process'), String(pid)]);
  if (startedAt !== null) rows.push([chalk.dim('Since'), minute(startedAt)]);
  if (requests !== null) {
    const { answered, running } = requests;
    rows.push([chalk.dim('Requests'), `${answered} answered, ${running} running`]);
  }
  return columns(rows);
}

/** A line of a server's log: `2026-11-24T16:05:00.123Z GET /v1/health 200 3 ms`. */
export function renderAnswer(
  { method, path, status, durationMs }: { method: string; path: string; status: number; durationMs: number },
  at: Date,
): string {
  const printable = path.replaceAll(/[^\x21-\x7e]/g, '?');
  return `${at.toISOString()} ${method} ${printable} ${status} ${Math.round(durationMs)} ms`;
}
