/**
 * Port: what is remembered of the schedules of deployed functions: when one fired last and whether it is paused.
 *
 * What a schedule says comes from the manifest of the deployment that serves; here is what outlives deployments.
 *
 * Invariants
 * - a firing is noted in one step with the call that it accepts: neither is there without the other
 */
import type { CallRecord } from './call-records.ts';

export interface ScheduleRecord {
  readonly environment: string;
  readonly app: string;
  readonly functionName: string;
  readonly paused: boolean;
  /** When the period began to count: of the first deployment with it. Milliseconds since 1970, as all times here. */
  readonly since: number;
  /** The time that the last firing was due. */
  readonly lastDueAt?: number;
  /** The call of the last firing. */
  readonly lastCallId?: string;
}

export interface ScheduleRecords {
  list(environment?: string): Promise<readonly ScheduleRecord[]>;
  get(environment: string, app: string, functionName: string): Promise<ScheduleRecord | undefined>;
  /** Puts it where there is none yet; leaves the one that is there. */
  ensure(record: Pick<ScheduleRecord, 'environment' | 'app' | 'functionName' | 'since'>): Promise<void>;
  setPaused(environment: string, app: string, functionName: string, paused: boolean): Promise<boolean>;
  /**
   * Notes a firing and accepts its call. False, and nothing is written, where the firing noted last is not the one that
   * was due at `after` any more (`undefined`: none yet), or where there is no such schedule. Without a call it notes that
   * this firing is left out.
   */
  fire(
    schedule: Pick<ScheduleRecord, 'environment' | 'app' | 'functionName'>,
    times: { readonly dueAt: number; readonly after: number | undefined },
    call?: CallRecord,
  ): Promise<boolean>;
  /** Forgets schedules of functions that are gone. */
  delete(environment: string, app: string, functionName: string): Promise<boolean>;
}
