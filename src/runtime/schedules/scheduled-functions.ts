/**
 * Which functions have a schedule: those of the versions that serve. What is remembered of schedules is kept in step with
 * them.
 *
 * Invariants
 * - a function that is deployed again keeps what is remembered; one that lost its schedule begins anew when it gets one
 * - an app that was stopped begins anew when it is deployed again, apart from what was paused
 */
import type { Schedule } from '../../sdk/schedule.ts';
import type { DeploymentRecords } from '../store/deployment-records.ts';
import type { ScheduleRecord, ScheduleRecords } from '../store/schedule-records.ts';

/** A function of a deployed app that has a schedule. */
export interface ScheduledFunction {
  readonly environment: string;
  readonly app: string;
  readonly functionName: string;
  readonly schedule: Schedule;
  /** When the version that serves was deployed. Milliseconds since 1970. */
  readonly deployedAt: number;
}

/** Where both are kept. */
export interface ScheduleStore {
  readonly deployments: DeploymentRecords;
  readonly schedules: ScheduleRecords;
}

/** Those of all apps that are deployed, or of one environment's. */
export async function scheduledFunctions(
  deployments: DeploymentRecords,
  environment?: string,
): Promise<ScheduledFunction[]> {
  const apps = await deployments.apps(environment);
  const serving = await Promise.all(
    apps
      .filter(({ state }) => state === 'deployed')
      .map((app) => deployments.deployment(app.environment, app.name, app.version)),
  );
  return (
    serving
      .filter((deployment) => deployment !== undefined)
      // One of `dray run --detach` is there for one call, and not to stay.
      .filter(({ manifest }) => manifest.ephemeral !== true)
      .flatMap((deployment) =>
        deployment.manifest.functions.flatMap(({ name: functionName, schedule }) =>
          schedule === undefined ? [] : [{ ...deployment, functionName, schedule }],
        ),
      )
      .map(({ environment: of, app, functionName, schedule, deployedAt }) => ({
        ...{ environment: of, app, functionName, schedule, deployedAt },
      }))
  );
}

/**
 * Remembers what is scheduled and forgets what is not any more. Gives each function with what is remembered of it. A
 * schedule that began after `now`, by a clock that was wrong, begins anew.
 */
export async function rememberScheduled(
  { deployments, schedules }: ScheduleStore,
  now: number,
): Promise<{ scheduled: ScheduledFunction; record: ScheduleRecord }[]> {
  const scheduled = await scheduledFunctions(deployments);
  const apps = new Map((await deployments.apps()).map((app) => [keyOf(app.environment, app.name), app]));
  const wanted = new Set(scheduled.map((each) => keyOf(each.environment, each.app, each.functionName)));
  for (const record of await schedules.list()) {
    const { environment, app, functionName, paused, since } = record;
    if (wanted.has(keyOf(environment, app, functionName)) && since <= now) continue;
    if (paused && apps.get(keyOf(environment, app))?.state === 'stopped') continue;
    await schedules.delete(environment, app, functionName);
  }
  const remembered = scheduled.map(async (each) => {
    const { environment, app, functionName, deployedAt } = each;
    await schedules.ensure({ environment, app, functionName, since: Math.min(deployedAt, now) });
    const record = await schedules.get(environment, app, functionName);
    return record === undefined ? [] : [{ scheduled: each, record }];
  });
  return (await Promise.all(remembered)).flat();
}

function keyOf(...names: readonly string[]): string {
  return names.join('/');
}
