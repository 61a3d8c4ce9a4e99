import { inject } from 'vitest';
import { openDockerBackend } from '../../../src/runtime/containers/docker/docker-backend.ts';
import { connectDocker } from '../../../src/runtime/containers/docker/docker-client.ts';
import { describeContainerBackend } from '../../contract/container-backend.contract.ts';
import '../../lab/lab-data.ts';

for (const { name, version, dockerHost } of inject('lab').engines) {
  const endpoint = { host: dockerHost, source: 'DOCKER_HOST' } as const;
  describeContainerBackend(`docker ${version} (${name})`, () => openDockerBackend(endpoint), {
    image: 'node:24-bookworm-slim',
    limits: true,
    ownerArguments: ['docker', dockerHost],
    isLeft: async (id) => {
      const client = await connectDocker(endpoint);
      try {
        const found = await client.docker.listContainers({ all: true, filters: { id: [id] } });
        return found.length > 0;
      } finally {
        client.close();
      }
    },
  });
}
