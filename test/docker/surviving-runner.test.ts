import { beforeAll, inject } from 'vitest';
import { openDockerBackend } from '../../src/runtime/containers/docker/docker-backend.ts';
import { connectDocker, type DockerClient } from '../../src/runtime/containers/docker/docker-client.ts';
import { pythonName } from '../contract/python-name.ts';
import { describeSurvivingRunner } from '../contract/surviving-runner.contract.ts';
import '../lab/lab-data.ts';
import { presentImage } from './containers/present-image.ts';

const NODE = 'node:24-bookworm-slim';
const PYTHON = 'python:3.11-slim-bookworm';

for (const { name, version, dockerHost } of inject('lab').engines) {
  const endpoint = { host: dockerHost, source: 'DOCKER_HOST' } as const;
  let client: DockerClient;
  beforeAll(async () => {
    client = await connectDocker(endpoint);
    await presentImage(dockerHost, NODE);
    await presentImage(dockerHost, PYTHON);
    return () => client.close();
  });

  const ports = {
    open: (serverId: string) => openDockerBackend(endpoint, serverId),
    run: async (id: string, command: readonly string[]) => {
      const exec = await client.docker.getContainer(id).exec({ Cmd: [...command] });
      await exec.start({ Detach: true });
    },
    isLeft: (id: string) =>
      client.docker
        .getContainer(id)
        .inspect()
        .then(
          () => true,
          () => false,
        ),
  };
  describeSurvivingRunner(`node on docker ${version} (${name})`, {
    ...ports,
    named: (fn) => fn,
    image: NODE,
  });
  describeSurvivingRunner(`python on docker ${version} (${name})`, {
    ...ports,
    named: pythonName,
    image: PYTHON,
  });
}
