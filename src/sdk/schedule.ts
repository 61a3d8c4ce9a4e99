/**
 * Schedules: when a deployed function is called by itself, without arguments.
 *
 * Declares only, as plain data. `dray run` does not fire schedules; a server does, for deployed apps.
 */

/** What happens around a firing that does not go as planned. */
export interface ScheduleOptions {
  /**
   * What happens when the call of the firing before has not ended: `skip` leaves this firing out, `allow` runs both.
   * Default `skip`.
   */
  overlap?: 'skip' | 'allow';
  /**
   * What happens to firings that fell due while the server was down: `run-once` makes up for them with one call, however many
   * they were; `skip` waits for the next. A firing that comes less than a minute late counts as on time. Default `run-once`.
   */
  missed?: 'run-once' | 'skip';
}

/** Options of `cron`. */
export interface CronOptions extends ScheduleOptions {
  /** An IANA time zone, such as `Europe/Berlin`. Default `UTC`. */
  timezone?: string;
}

/** A span of time. Months and years are those of the calendar, in UTC; a day has 24 hours. At least a second in all. */
export interface PeriodLength {
  years?: number;
  months?: number;
  weeks?: number;
  days?: number;
  hours?: number;
  minutes?: number;
  seconds?: number;
}

/** Made by `cron`. */
export interface CronSchedule {
  readonly kind: 'cron';
  readonly expression: string;
  readonly timezone: string;
  readonly overlap: 'skip' | 'allow';
  readonly missed: 'run-once' | 'skip';
}

/** Made by `period`. */
export interface PeriodSchedule {
  readonly kind: 'period';
  readonly every: Readonly<PeriodLength>;
  readonly overlap: 'skip' | 'allow';
  readonly missed: 'run-once' | 'skip';
}

/** When a function runs by itself. Made by `cron` and `period`; goes into the option `schedule`. */
export type Schedule = CronSchedule | PeriodSchedule;

const DEFAULTS = { overlap: 'skip', missed: 'run-once' } as const;

/**
 * At the times of a cron expression: minute, hour, day of the month, month, day of the week. `0 2 * * *` is every night at
 * two. Ranges (`1-5`), lists (`1,15`), steps (`0-59/10`), names (`MON`, `JAN`), `L` and `MON#2` work, and `@hourly`, `@daily`,
 * `@weekly`, `@monthly`, `@yearly`.
 *
 * Where clocks are put forward, a time that is left out fires at the moment they are; where they are put back, a time that
 * comes twice fires the first time.
 */
export function cron(expression: string, options: CronOptions = {}): CronSchedule {
  const { timezone = 'UTC', ...rest } = options;
  return Object.freeze({ kind: 'cron', expression, timezone, ...DEFAULTS, ...given(rest) });
}

/**
 * Again and again, so much time apart, counted from the first deployment with it. Deploying again does not begin anew.
 *
 * @example
 * ```ts
 * period({ minutes: 15 })
 * ```
 */
export function period(every: PeriodLength, options: ScheduleOptions = {}): PeriodSchedule {
  return Object.freeze({
    kind: 'period',
    every: Object.freeze({ ...every }),
    ...DEFAULTS,
    ...given(options),
  });
}

/** Options without those that are undefined. */
function given(options: ScheduleOptions): Partial<Pick<CronSchedule, 'overlap' | 'missed'>> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
