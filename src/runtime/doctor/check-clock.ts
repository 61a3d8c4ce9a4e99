/**
 * Check: whether the engine's clock agrees with ours. Docker in a virtual machine loses time when the laptop sleeps;
 * certificates, package lists and schedules then fail in ways that name no clock.
 */

import type { Finding } from '../../protocol/finding.ts';
import type { DockerFacts } from '../containers/docker/docker-facts.ts';
import type { DockerUnderTest } from './docker-under-test.ts';
import { ok, problem, warning } from './findings.ts';

/** Nobody notices less. */
const WARN_MS = 5_000;
/** Signed requests (AWS: 15 min; most: 5 min) are refused beyond it. */
const PROBLEM_MS = 5 * 60_000;

export async function checkClock(docker: DockerUnderTest): Promise<Finding[]> {
  const reached = await docker.reached();
  return reached === undefined ? [] : [judgeClock(reached.facts.clock)];
}

/** Whether that much can be borne; what is uncertain is not held against it. */
export function judgeClock({ aheadMs, uncertaintyMs }: DockerFacts['clock']): Finding {
  const off = Math.max(0, Math.abs(aheadMs) - uncertaintyMs);
  if (off < WARN_MS) return ok('clock', "Docker's clock agrees with this machine's");
  const said = `Docker's clock is ${Math.round(off / 1000)} s ${aheadMs > 0 ? 'ahead of' : 'behind'} this machine's`;
  const advice = 'set both by NTP; restart Docker where it runs in a virtual machine';
  return off < PROBLEM_MS ? warning('clock', said, advice) : problem('clock', said, advice);
}
