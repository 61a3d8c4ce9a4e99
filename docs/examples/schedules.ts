import { App, cron, period } from 'dray';

const app = new App('reports');

/** Every night at two, by the clocks of Berlin. */
export const nightly = app.function(
  { schedule: cron('0 2 * * *', { timezone: 'Europe/Berlin' }) },
  async () => `report of ${new Date().toISOString()}`,
);

/** Every quarter of an hour. */
export const poll = app.function({ schedule: period({ minutes: 15 }) }, async () => {
  console.log('looking for news');
});

/** A firing waits for nobody, and one that was missed stays missed. */
export const beat = app.function(
  { schedule: period({ seconds: 1 }, { overlap: 'allow', missed: 'skip' }) },
  async () => 'beat',
);
