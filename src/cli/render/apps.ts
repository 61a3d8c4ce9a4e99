/**
 * How deployed apps and their versions look in lists. Pure.
 */
import chalk from 'chalk';
import type { AppReply, DeploymentReply } from '../../protocol/api/app-routes.ts';
import { columns } from './columns.ts';
import { minute } from './minute.ts';

/** A line for each app; why one is broken stands under it. */
export function renderApps(apps: readonly AppReply[], environment: string): string {
  if (apps.length === 0) return `No app is deployed in the environment ${environment}`;
  const head = ['NAME', 'STATE', 'VERSION', 'DEPLOYED', 'BY', 'CONTAINERS'].map((title) => chalk.dim(title));
  const rows = apps.map(({ name, state, deployment, containers }) => [
    ...[name, STATES[state], deployment === null ? '' : versionName(deployment)],
    ...(deployment === null ? ['', ''] : [minute(deployment.deployedAt), deployment.deployedBy]),
    containers === null ? '' : String(containers),
  ]);
  const problems = apps.flatMap(({ name, problem }) =>
    problem === null ? [] : [`${name}: ${problem.message} (${problem.code})`],
  );
  return [columns([head, ...rows]), ...problems].join('\n');
}

const STATES = {
  running: chalk.green('running'),
  starting: 'starting',
  broken: chalk.red('broken'),
  stopped: chalk.dim('stopped'),
} as const;

/** A line for each version, newest first. */
export function renderHistory(deployments: readonly DeploymentReply[]): string {
  const head = ['VERSION', 'DEPLOYED', 'BY', 'COMMIT', 'DRAY', 'NOTE'].map((title) => chalk.dim(title));
  const rows = deployments.map((each) => [
    ...[versionName(each), minute(each.deployedAt), each.deployedBy, commitName(each), each.client],
    each.rollbackOf === null ? '' : `rollback to ${each.rollbackOf}`,
  ]);
  return columns([head, ...rows]);
}

function versionName({ version, tag }: DeploymentReply): string {
  return tag === null ? String(version) : `${version} (${tag})`;
}

/** Abbreviated as git does; a star says that the files differed from it. */
function commitName({ commit, dirty }: DeploymentReply): string {
  return commit === null ? '' : commit.slice(0, 10) + (dirty ? '*' : '');
}
