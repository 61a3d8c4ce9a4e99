/**
 * An app file in a folder of its own, run by the built `dray` on an engine of the lab.
 *
 * Each has a name of its own, by which its containers are found; whatever it leaves is removed with it.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import Docker from 'dockerode';
import { inject } from 'vitest';
import { dray, drayJson, startDray } from '../helpers/run-command.ts';
import { tempFolder } from '../helpers/temp-folder.ts';
import type { LabEngine } from '../lab/lab-data.ts';
import '../lab/lab-data.ts';

/** The document of `dray run --json`. */
export interface RunDocument {
  readonly app: string;
  readonly result: unknown;
  readonly calls: { readonly succeeded: number; readonly failed: number };
  readonly images: readonly { readonly tag: string; readonly built: boolean }[];
  readonly containers: number;
}

/** The engine that end-to-end tests run on: the newest there is. */
export function newestEngine(): LabEngine {
  const { engines } = inject('lab');
  const engine = engines.find(({ name }) => name !== 'oldest') ?? engines[0];
  if (engine === undefined) throw new Error('the lab has no engine');
  return engine;
}

/** What points docker and dray at an engine. */
export function engineEnvironment({ dockerHost, dockerConfigDir }: LabEngine): Record<string, string> {
  return { DOCKER_HOST: dockerHost, DOCKER_CONFIG: dockerConfigDir };
}

/** A client for looking at an engine. */
export function dockerOf({ dockerHost }: LabEngine): Docker {
  return dockerHost.startsWith('unix:')
    ? new Docker({ socketPath: dockerHost.slice('unix://'.length) })
    : new Docker({ host: new URL(dockerHost).hostname, port: new URL(dockerHost).port });
}

/** Makes `app.ts`: the code may use `app`, which is declared before it. */
export async function dockerApp(
  code: string,
  files: Readonly<Record<string, string>> = {},
  engine = newestEngine(),
) {
  const name = `e2e-${randomUUID().slice(0, 8)}`;
  const source = (body: string) =>
    `import { App, Image, isLocal } from 'dray';\nconst app = new App('${name}');\nvoid [Image, isLocal];\n${body}`;
  const folder = await tempFolder({ 'app.ts': source(code), ...files });
  const options = { cwd: folder.path, env: engineEnvironment(engine) };
  const docker = dockerOf(engine);
  const containersOf = (owner: string) =>
    docker.listContainers({ all: true, filters: { label: [`dev.dray.app=${owner}`] } });
  const containers = () => containersOf(name);
  return {
    name,
    folder,
    run: (...args: string[]) => dray(['run', ...args], options),
    json: (...args: string[]) => drayJson<RunDocument>(['run', '--json', ...args], options),
    start: (...args: string[]) => startDray(['run', ...args], options),
    change: (body: string) => folder.write('app.ts', source(body)),
    containers,
    /** Those of another app on its engine. */
    containersOf,
    /** Resolves when no container of it is left. */
    gone: async () => {
      while ((await containers()).length > 0) await delay(100);
    },
    [Symbol.asyncDispose]: async () => {
      for (const { Id } of await containers().catch(() => [])) {
        await docker
          .getContainer(Id)
          .remove({ force: true })
          .catch(() => {});
      }
      await folder[Symbol.asyncDispose]();
    },
  };
}
