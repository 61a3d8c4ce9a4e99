/**
 * Types of schedules.
 */
import { App, type CronSchedule, cron, type PeriodSchedule, period, type RemoteFunction } from 'dray';
import { type } from './exact.ts';

const app = new App('types');

type(cron('0 2 * * *')).is<CronSchedule>();
type(cron('0 2 * * *', { timezone: 'Europe/Berlin', overlap: 'allow', missed: 'skip' })).is<CronSchedule>();
type(period({ hours: 1, minutes: 30 })).is<PeriodSchedule>();
type(period({ days: 1 }, { missed: 'run-once' })).is<PeriodSchedule>();

// A scheduled function is one like any other, and needs no arguments.
const report = app.function({ schedule: cron('@hourly') }, async () => 1);
type(report).is<RemoteFunction<() => Promise<number>>>();
const optional = app.function({ schedule: period({ hours: 1 }), cpu: 2 }, async (since?: Date) => since);
type(optional.remote(new Date())).is<Promise<Date | undefined>>();
app.function({ schedule: period({ hours: 1 }) }, ({ limit = 5 }: { limit?: number } = {}) => limit);

// @ts-expect-error a schedule gives no arguments
app.function({ schedule: cron('@hourly') }, async (url: string) => url);
// @ts-expect-error a schedule is made by cron or period
app.function({ schedule: '0 2 * * *' }, async () => 1);
// @ts-expect-error a batched function takes a list
app.function({ schedule: cron('@hourly'), batched: { maxBatchSize: 5, waitMs: 1 } }, (all: number[]) => all);
app.cls(
  // @ts-expect-error a class has several methods
  { schedule: cron('@hourly') },
  class {
    async run() {}
  },
);
// @ts-expect-error no such unit
period({ fortnights: 1 });
// @ts-expect-error no such policy
cron('@hourly', { overlap: 'queue' });
// @ts-expect-error the time zone of a period makes no difference
period({ hours: 1 }, { timezone: 'Europe/Berlin' });
