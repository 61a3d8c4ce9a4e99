/**
 * Composition root: a control plane in this process, on one container backend.
 *
 * It puts the parts together for each app: images, bundles, launcher, scheduler, invoker. What each part
 * does is decided in its own folder.
 */
import type {
  AppListener,
  AppRequest,
  ControlPlane,
  ImageReport,
  StartedApp,
  WaitEvent,
} from '../../protocol/control-plane.ts';
import type { Clock } from '../../shared/clock.ts';
import type { ContainerBackend } from '../containers/container-backend.ts';
import { ensureImages } from '../images/ensure-image.ts';
import type { ImageHost } from '../images/image-host.ts';
import { Scheduler } from '../scheduler/scheduler.ts';
import { type AppSecrets, resolveSecrets } from '../secrets/resolve-secrets.ts';
import { CallDesk } from './call-desk.ts';
import { containerLauncher, type FunctionParts } from './container-launcher.ts';
import { expectContainers } from './expected-containers.ts';
import { LocalInvoker } from './local-invoker.ts';
import { NestedCalls } from './nested-calls.ts';
import { reportedImages } from './reported-images.ts';
import { readRunnerSources } from './runner-source.ts';
import { TargetPools } from './target-pools.ts';

export interface EngineOptions {
  readonly backend: ContainerBackend;
  /** Where images are built; undefined with a backend that runs none. */
  readonly imageHost: ImageHost | undefined;
  readonly clock: Clock;
  readonly notice?: string;
}

/** A control plane in this process. It owns the backend and closes it. */
export function createEngine(options: EngineOptions): ControlPlane {
  const { backend, notice } = options;
  const apps = new Set<StartedApp>();
  // Leftovers of killed runs go once the first app is up: a start that has to share the host with it takes longer.
  let reaped: Promise<number> | undefined;
  const close = async () => {
    await Promise.all([...apps].map((app) => app.close()));
    await reaped;
    await backend.close();
  };
  return {
    notice,
    async startApp(request, listener) {
      const secrets = resolveSecrets(request);
      try {
        const app = await startApp(options, request, listener, secrets);
        apps.add(app);
        reaped ??= backend.reapLeftovers().catch(() => 0);
        return app;
      } catch (error) {
        await secrets.then(
          (resolved) => resolved[Symbol.asyncDispose](),
          () => {},
        );
        throw error;
      }
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function startApp(
  { backend, imageHost, clock }: EngineOptions,
  request: AppRequest,
  listener: AppListener,
  resolving: Promise<AppSecrets>,
): Promise<StartedApp> {
  const { manifest, environment } = request;
  const { app } = manifest;
  expectContainers(backend, request);
  const [secrets, { parts, images }, runnerSources, capacity] = await Promise.all([
    resolving,
    prepareFunctions(imageHost, request, listener, resolving),
    readRunnerSources(),
    backend.capacity(),
  ]);
  const launcher = containerLauncher({
    app,
    environment,
    backend,
    clock,
    runnerSources,
    parts,
    secrets,
    listener,
    nested: () => nested,
  });
  const onWait = (event: WaitEvent) => listener.onWait?.(event);
  const scheduler = new Scheduler({ launcher, clock, capacity, onWait });
  const desk = new CallDesk(scheduler);
  const pools = new TargetPools(scheduler, manifest.app, manifest.functions);
  const nested = new NestedCalls(desk, pools);
  const invoker = new LocalInvoker(desk, pools);
  // Between two attempts no container may be alive that would keep this process running.
  const alive = setInterval(() => {}, 2 ** 30);
  const close = async () => {
    clearInterval(alive);
    await scheduler.close();
    await secrets[Symbol.asyncDispose]();
  };
  return {
    images,
    invoker,
    stats: () => ({ calls: desk.counts, containers: scheduler.launched }),
    close,
    [Symbol.asyncDispose]: close,
  };
}

interface Prepared {
  readonly parts: ReadonlyMap<string, FunctionParts>;
  readonly images: readonly ImageReport[];
}

/**
 * The image and the bundle of each function; both at the same time, as neither needs the other. Nothing is built for
 * an app whose secrets are not there.
 */
async function prepareFunctions(
  imageHost: ImageHost | undefined,
  { manifest, bundleFor, signal }: AppRequest,
  listener: AppListener,
  secrets: Promise<AppSecrets>,
): Promise<Prepared> {
  const recipes = manifest.functions.map((fn) => fn.image);
  const [images, bundles] = await Promise.all([
    imageHost &&
      secrets.then((resolved) =>
        ensureImages(recipes, reportedImages(imageHost, listener), () => {}, {
          secretsOf: (references) => resolved.variablesOf(references),
          ...(signal !== undefined && { signal }),
        }),
      ),
    Promise.all(manifest.functions.map((fn) => bundleFor(fn.name))),
  ]);
  const parts = new Map(
    manifest.functions.map((fn, index) => [
      fn.name,
      { image: images?.[index]?.reference ?? '', bundle: bundles[index] as FunctionParts['bundle'] },
    ]),
  );
  const reports = new Map(images?.map(({ reference, built }) => [reference, { tag: reference, built }]));
  return { parts, images: [...reports.values()] };
}
