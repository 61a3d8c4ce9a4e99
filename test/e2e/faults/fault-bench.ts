/**
 * An app on a real engine, and ways to harm its containers behind dray's back.
 */
import { fileURLToPath } from 'node:url';
import type Docker from 'dockerode';
import type { ControlPlane, StartedApp } from '../../../src/protocol/control-plane.ts';
import { bundleApp } from '../../../src/runtime/app/bundle-app.ts';
import { describeApp } from '../../../src/runtime/app/describe-app.ts';
import { loadApp } from '../../../src/runtime/app/load-app.ts';
import { openDockerBackend } from '../../../src/runtime/containers/docker/docker-backend.ts';
import { connectDocker } from '../../../src/runtime/containers/docker/docker-client.ts';
import { DockerImages } from '../../../src/runtime/containers/docker/docker-images.ts';
import { formatOwner, thisOwner } from '../../../src/runtime/containers/owner.ts';
import { createEngine } from '../../../src/runtime/engine/engine.ts';
import { provideContext } from '../../../src/sdk/context.ts';
import type { RemoteFunction } from '../../../src/sdk/remote-function.ts';
import { systemClock } from '../../../src/shared/clock.ts';

const APP_FILE = fileURLToPath(new URL('apps/faults.ts', import.meta.url));

// biome-ignore lint/suspicious/noExplicitAny: the functions of the fixture take what each test gives
type Handle = RemoteFunction<(...args: any[]) => Promise<any>>;

export interface FaultBench extends AsyncDisposable {
  /** The handle of one of its functions. */
  fn(name: string): Handle;
  readonly app: StartedApp;
  /** The engine, past dray. */
  readonly docker: Docker;
  /** Ids of the running containers of a function. */
  containersOf(name: string): Promise<string[]>;
}

/** Starts apps/faults.ts on an engine. */
export async function startFaultBench(dockerHost: string): Promise<FaultBench> {
  const endpoint = { host: dockerHost, source: 'DOCKER_HOST' } as const;
  const backend = await openDockerBackend(endpoint);
  const engine: ControlPlane = createEngine({
    backend,
    imageHost: new DockerImages(backend.client),
    clock: systemClock,
  });
  const client = await connectDocker(endpoint);
  const loaded = await loadApp(APP_FILE);
  const bundle = bundleApp({ app: loaded, installed: [] });
  const app = await engine.startApp(
    { manifest: describeApp(loaded.declaration), environment: 'main', bundleFor: () => bundle },
    { onLog: () => {}, onImage: () => {} },
  );
  const takeBack = provideContext({ isLocal: true, invoker: app.invoker });
  const owner = formatOwner(thisOwner());
  return {
    app,
    docker: client.docker,
    fn: (name) => {
      const found = loaded.declaration.functions.find((declared) => declared.name === name);
      if (found === undefined) throw new Error(`the fixture has no function ${name}`);
      return found.handle as Handle;
    },
    containersOf: async (name) => {
      const label = [`dev.dray.owner=${owner}`, `dev.dray.function=${name}`];
      const found = await client.docker.listContainers({ filters: { label } });
      return found.map(({ Id }) => Id);
    },
    [Symbol.asyncDispose]: async () => {
      takeBack();
      await engine.close();
      client.close();
    },
  };
}

/** Numbers up to `count`; those after `pauseAfter` come when `go` resolves, so that a fault meets calls that run. */
export async function* numbers(count: number, pauseAfter: number, go: Promise<unknown>) {
  for (let n = 0; n < count; n++) {
    if (n === pauseAfter) await go;
    yield n;
  }
}
