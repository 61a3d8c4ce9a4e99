import type { SiteCheck } from './check-site.ts';

/** The checks of one hour. */
export interface Report {
  readonly at: Date;
  readonly up: number;
  /** Sites that did not answer as they should. */
  readonly down: readonly string[];
  /** For people: a table in Markdown. */
  readonly text: string;
}

/** Sums checks up: what is down first, then the slowest. */
export function reportOf(checks: readonly SiteCheck[], at: Date): Report {
  const sorted = [...checks].sort((a, b) => Number(a.ok) - Number(b.ok) || b.ms - a.ms);
  const down = sorted.filter(({ ok }) => !ok).map(({ url }) => url);
  const rows = sorted.map(
    ({ url, ok, answer, ms }) => `| ${ok ? 'up' : 'DOWN'} | ${url} | ${answer} | ${ms} ms |`,
  );
  const text = [
    `## ${at.toISOString().slice(0, 16).replace('T', ' ')} UTC: ${checks.length - down.length} of ${checks.length} up`,
    '',
    '| | site | answer | took |',
    '| --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
  return { at, up: checks.length - down.length, down, text };
}
