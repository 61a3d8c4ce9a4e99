/**
 * Finds the Docker engine to measure on: the one the environment names, else a lab that is up, else a lab of
 * this run's own (test/lab), which is closed with it.
 *
 * Invariants
 * - everything afterwards, dray and the `docker` command included, is pointed at the same engine
 */
import { existsSync } from 'node:fs';
import Docker from 'dockerode';
import { openLab } from '../test/lab/lab.ts';
import type { LabEngine } from '../test/lab/lab-data.ts';
import { usableUp } from '../test/lab/lab-state.ts';

/** The image of functions that name none (sdk/image.ts); the floors run in it too. */
export const IMAGE = 'node:24-bookworm-slim';

export interface DockerInReach extends AsyncDisposable {
  readonly docker: Docker;
  /** The `docker` command line program. */
  readonly cli: string;
  /** `Docker 28.5.2, API 1.51, 2 cores, overlay2` */
  readonly description: string;
}

/** Finds or starts an engine, and sees to it that the image is there. Throws where none can be had. */
export async function dockerInReach(): Promise<DockerInReach> {
  const up = (await usableUp())?.data?.engines ?? [];
  const [newest] = up;
  if (process.env.DOCKER_HOST === undefined && newest !== undefined) pointAt(newest);
  const lab = await openLab({ wanted: ['newest'] });
  const [engine] = lab.engines;
  if (engine === undefined) {
    throw new Error(`no Docker engine: ${lab.leftOut.map(({ reason }) => reason).join(', ')}`);
  }
  pointAt(engine);
  // An engine found by its address comes with the `docker` on PATH; a lab that is up knows its own.
  const known = up.find(({ dockerHost }) => dockerHost === engine.dockerHost);
  const docker = new Docker();
  await pulled(docker);
  const { NCPU, Driver } = await docker.info();
  return {
    docker,
    cli:
      [known?.dockerCli, engine.dockerCli].find((cli) => cli && (cli === 'docker' || existsSync(cli))) ?? '',
    description: `Docker ${engine.version}, API ${engine.apiVersion}, ${NCPU} cores, ${Driver}`,
    [Symbol.asyncDispose]: () => lab[Symbol.asyncDispose](),
  };
}

function pointAt({ dockerHost, dockerConfigDir }: LabEngine): void {
  process.env.DOCKER_HOST = dockerHost;
  process.env.DOCKER_CONFIG = dockerConfigDir;
}

async function pulled(docker: Docker): Promise<void> {
  const present = await docker.listImages({ filters: { reference: [IMAGE] } });
  if (present.length > 0) return;
  const progress = await docker.pull(IMAGE);
  await new Promise<void>((resolve, reject) =>
    docker.modem.followProgress(progress, (error) => (error ? reject(error) : resolve())),
  );
}
