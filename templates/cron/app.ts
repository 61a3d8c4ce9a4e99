import { App, cron } from 'dray';
import { checkSite } from './check-site.ts';
import { type Report, reportOf } from './report.ts';

const app = new App('cron', {
  // From where `dray` is started: SITES="https://a.example https://b.example" dray deploy app.ts
  env: { SITES: process.env.SITES ?? 'https://example.com https://nodejs.org' },
});

/** Checks one site. */
export const check = app.function({ timeoutMs: 30_000 }, checkSite);

/** Checks all sites, each hour on the hour once the app is deployed. */
export const hourly = app.function(
  { schedule: cron('0 * * * *', { timezone: 'Europe/Berlin' }) },
  async (): Promise<Report> => {
    const sites = (process.env.SITES ?? '').split(/\s+/).filter(Boolean);
    const report = reportOf(await check.map(sites), new Date());
    console.log(report.text);
    return report;
  },
);

/** Writes a report now, to see what the schedule will write. */
export const main = app.localEntrypoint(async () => {
  const { text } = await hourly.remote();
  return text;
});
