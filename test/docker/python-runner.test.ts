/**
 * The suite of both runners on a real engine, in official images of Node and of Python.
 */
import { beforeAll, inject } from 'vitest';
import { openDockerBackend } from '../../src/runtime/containers/docker/docker-backend.ts';
import { pythonName } from '../contract/python-name.ts';
import { describeRunner } from '../contract/runner.contract.ts';
import '../lab/lab-data.ts';
import { presentImage } from './containers/present-image.ts';

const NODE = 'node:24-bookworm-slim';
const PYTHON = 'python:3.11-slim-bookworm';

for (const { name, version, dockerHost } of inject('lab').engines) {
  const open = () => openDockerBackend({ host: dockerHost, source: 'DOCKER_HOST' });

  beforeAll(async () => {
    await presentImage(dockerHost, NODE);
    await presentImage(dockerHost, PYTHON);
  });

  describeRunner(`node on docker ${version} (${name})`, { named: (fn) => fn, image: NODE, open });
  describeRunner(`python on docker ${version} (${name})`, { named: pythonName, image: PYTHON, open });
}
