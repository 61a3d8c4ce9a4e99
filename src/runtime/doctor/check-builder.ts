/**
 * Check: what images are built with.
 */

import type { Finding } from '../../protocol/finding.ts';
import { buildxVersion, isUsableBuildx } from '../containers/docker/buildx.ts';
import { ok, warning } from './findings.ts';

export async function checkBuilder(): Promise<Finding[]> {
  return [judgeBuilder(await buildxVersion({ command: 'docker', env: process.env }))];
}

/** `version` is that of `docker buildx`, undefined where there is none. */
export function judgeBuilder(version: string | undefined): Finding {
  if (version === undefined)
    return ok('builder', "images are built by the engine's own BuildKit: no docker buildx on PATH");
  if (isUsableBuildx(version)) return ok('builder', `images are built by docker buildx ${version}`);
  return warning(
    'builder',
    `docker buildx ${version} is too old: images are built by the engine's own BuildKit`,
    'update the docker-buildx-plugin to 0.13 or newer',
  );
}
