/**
 * Runs every check, each on its own: one that fails or hangs is a finding of its own and stops no other.
 */
import type { SettingFlags } from '../../config/settings.ts';
import { whereToRun } from '../../config/where-to-run.ts';
import type { CheckName, Finding } from '../../protocol/finding.ts';
import { checkBuilder } from './check-builder.ts';
import { checkClock } from './check-clock.ts';
import { checkConfig, usableSettings } from './check-config.ts';
import { checkDisk } from './check-disk.ts';
import { checkDocker } from './check-docker.ts';
import { checkLeftovers } from './check-leftovers.ts';
import { checkNode } from './check-node.ts';
import { checkSecrets } from './check-secrets.ts';
import { checkStore } from './check-store.ts';
import { DockerUnderTest } from './docker-under-test.ts';
import { failed, problem } from './findings.ts';

/** How long one check may take, in ms. An engine that does not answer is given up after 4 s. */
export const CHECK_LIMIT_MS = 15_000;

/** Settles with the findings of a check. */
export type Check = () => Finding[] | Promise<Finding[]>;

export interface ExamineOptions {
  readonly flags: SettingFlags;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Findings of all checks, in the order they are listed in. */
export async function examine({ flags, env }: ExamineOptions): Promise<Finding[]> {
  const settings = await usableSettings(flags, env);
  const { backend, dockerHost } = settings
    ? whereToRun(settings, {})
    : { backend: undefined, dockerHost: undefined };
  using docker = new DockerUnderTest(dockerHost);
  return runChecks({
    docker: () => checkDocker(docker, backend),
    disk: () => checkDisk(docker),
    builder: checkBuilder,
    clock: () => checkClock(docker),
    leftovers: () => checkLeftovers(docker),
    node: () => checkNode(),
    store: () => checkStore(env),
    secrets: () => checkSecrets(env),
    config: () => checkConfig(flags, env),
  });
}

/** Runs checks side by side. */
export async function runChecks(
  checks: Readonly<Partial<Record<CheckName, Check>>>,
  limitMs = CHECK_LIMIT_MS,
): Promise<Finding[]> {
  const all = Object.entries(checks) as [CheckName, Check][];
  return (await Promise.all(all.map(([name, check]) => runCheck(name, check, limitMs)))).flat();
}

async function runCheck(name: CheckName, check: Check, limitMs: number): Promise<Finding[]> {
  const { promise: limit, resolve } = Promise.withResolvers<Finding[]>();
  const late = problem(
    name,
    `no answer within ${limitMs / 1000} s`,
    'see whether the machine is well, and try again',
  );
  const timer = setTimeout(() => resolve([late]), limitMs);
  try {
    return await Promise.race([check(), limit]);
  } catch (error) {
    return [failed(name, error)];
  } finally {
    clearTimeout(timer);
  }
}
