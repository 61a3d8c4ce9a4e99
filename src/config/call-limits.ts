/**
 * What the settings say of the calls that a server keeps. Pure.
 */
import type { Settings } from './settings.ts';

export interface CallLimitSettings {
  /** How long results are kept, in days. */
  readonly resultsDays?: number;
  /** Calls of one function that may wait and run. */
  readonly backlogLimit?: number;
}

/** The limits that are set; their values come checked by the rules of the settings. */
export function callLimits(settings: Settings): CallLimitSettings {
  const [days, backlog] = [settings.of('results_days'), settings.of('backlog_limit')];
  return {
    ...(days !== undefined && { resultsDays: Number(days.value) }),
    ...(backlog !== undefined && { backlogLimit: Number(backlog.value) }),
  };
}
