/**
 * Handlers of the routes of apps and their deployments. They only translate.
 */

import type { AppReply, DeploymentReply } from '../../protocol/api/app-routes.ts';
import type { DeployLine } from '../../protocol/api/deploy-event-schemas.ts';
import type { CheckedManifest } from '../../protocol/api/manifest-schema.ts';
import type { Received } from '../../protocol/api/route-types.ts';
import type { DeployEvent, DeployOutcome, DeployRequest } from '../../protocol/deployment.ts';
import type { AppStatus, HostedApps } from '../../runtime/deployments/hosted-apps.ts';
import type { DeploymentRecord } from '../../runtime/store/deployment-records.ts';
import type { Access } from '../access/token-authority.ts';
import type { ApiHandlers } from '../bind-routes.ts';
import { isoTime } from '../iso-time.ts';
import { progressLines } from '../progress-lines.ts';
import { appNotFound, requestInvalid } from '../request-errors.ts';
import type { Services } from '../services.ts';

type AppHandlers = Pick<
  ApiHandlers,
  'apps' | 'deploy' | 'planDeploy' | 'deployments' | 'rollback' | 'rollover' | 'stopApp'
>;

/** The handlers, over the apps of the server. */
export function appsApi({ apps, settled }: Services): AppHandlers {
  // A change right after a start waits for it, instead of being refused because of it.
  const changeable = async () => {
    await settled();
    return apps.get();
  };
  return {
    async apps({ params: { environment } }) {
      const hosted = await apps.get();
      const listed = (await hosted.list(environment)).filter((status) => !isSpent(status));
      return { apps: listed.map((status) => appReply(hosted, status)) };
    },
    async deploy({ params, body, access, signal }) {
      const request = await deployRequest(params, body, access);
      const hosted = await changeable();
      return outcomeLines((tell) => hosted.deploy(request, tell, signal));
    },
    async planDeploy({ params, body, access }) {
      const request = await deployRequest(params, body, access);
      return (await changeable()).plan(request);
    },
    async deployments({ params: { environment, app } }) {
      const hosted = await known(await apps.get(), environment, app);
      return { deployments: (await hosted.history(environment, app)).map(deploymentReply) };
    },
    async rollback({ params: { environment, app }, body, access, signal }) {
      const hosted = await known(await changeable(), environment, app);
      const { version, ...options } = body;
      return outcomeLines((progress) =>
        hosted.rollback(environment, app, version, { ...options, by: access.name, progress, signal }),
      );
    },
    async rollover({ params: { environment, app }, body, access, signal }) {
      const hosted = await known(await changeable(), environment, app);
      return outcomeLines((progress) =>
        hosted.rollover(environment, app, { ...body, by: access.name, progress, signal }),
      );
    },
    async stopApp({ params: { environment, app }, body, access, signal }) {
      const hosted = await known(await changeable(), environment, app);
      return { stopped: await hosted.stop(environment, app, { ...body, by: access.name, signal }) };
    },
  };
}

function outcomeLines(
  work: (tell: (event: DeployEvent) => void) => Promise<DeployOutcome>,
): AsyncIterable<DeployLine> {
  return progressLines(async (tell) => {
    const outcome = await work((event) => tell(event as DeployLine));
    return { kind: 'outcome', outcome } as DeployLine;
  });
}

async function deployRequest(
  { environment, app }: { environment: string; app: string },
  { manifest, meta, ...rest }: Received<'deploy'>['body'],
  access: Access,
): Promise<DeployRequest> {
  if (manifest.app !== app)
    throw requestInvalid([`the manifest is of ${manifest.app}, the address of ${app}`]);
  if (manifest.functions.some(({ schedule }) => schedule !== undefined)) {
    const { scheduleProblems } = await import('../../runtime/schedules/schedule-problems.ts');
    const problems = scheduleProblems(manifest, Date.now());
    if (problems.length > 0) throw requestInvalid(problems);
  }
  const checked: CheckedManifest = manifest;
  return { environment, manifest: checked, meta: { ...meta, deployedBy: access.name }, ...rest };
}

/** The apps, where one of them has that name. Throws APP_NOT_FOUND. */
async function known(hosted: HostedApps, environment: string, app: string): Promise<HostedApps> {
  const names = (await hosted.list(environment)).map(({ record }) => record.name);
  if (!names.includes(app)) throw appNotFound(app, environment, names);
  return hosted;
}

/** It was there for calls that have ended. */
function isSpent({ state, deployment }: AppStatus): boolean {
  return state === 'stopped' && deployment?.manifest.ephemeral === true;
}

function appReply(hosted: HostedApps, { record, state, problem, deployment }: AppStatus): AppReply {
  const { name, environment, createdAt, stoppedAt } = record;
  const started = hosted.find(environment, name)?.started;
  return {
    ...{ name, environment, state },
    problem: problem ?? null,
    createdAt: isoTime(createdAt),
    stoppedAt: stoppedAt === undefined ? null : isoTime(stoppedAt),
    deployment: deployment === undefined ? null : deploymentReply(deployment),
    calls: started?.stats().calls ?? null,
    containers: started?.containers().length ?? null,
  };
}

function deploymentReply(record: DeploymentRecord): DeploymentReply {
  const { version, deployedAt, deployedBy, client, tag, commit, dirty, rollbackOf, manifest } = record;
  return {
    ...{ version, deployedBy, client, deployedAt: isoTime(deployedAt) },
    ...{ tag: tag ?? null, commit: commit ?? null, dirty: dirty ?? null, rollbackOf: rollbackOf ?? null },
    functions: manifest.functions.map(({ name }) => name),
  };
}
