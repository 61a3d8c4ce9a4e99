/**
 * Composition root: a control plane in this process, on one container backend.
 *
 * It puts the parts together for each app: images, bundles, launcher, scheduler, invoker. What each part
 * does is decided in its own folder.
 */
import type {
  AppListener,
  AppRequest,
  ContainerEvent,
  ControlPlane,
  ImageEvent,
  WaitEvent,
} from '../../protocol/control-plane.ts';
import type { Clock } from '../../shared/clock.ts';
import type { ContainerBackend } from '../containers/container-backend.ts';
import { Scheduler } from '../scheduler/scheduler.ts';
import { AdoptedContainers } from './adopted-containers.ts';
import { AppCalls } from './app-calls.ts';
import { planVersion, prepareVersion, type VersionSources } from './app-version.ts';
import { CallDesk } from './call-desk.ts';
import { containerLauncher, type LauncherOptions } from './container-launcher.ts';
import { expectContainers } from './expected-containers.ts';
import { LocalInvoker } from './local-invoker.ts';
import { NestedCalls } from './nested-calls.ts';
import { readRunnerSources } from './runner-source.ts';
import { RunningApp } from './running-app.ts';
import { TargetPools } from './target-pools.ts';

export interface EngineOptions extends VersionSources {
  readonly backend: ContainerBackend;
  readonly clock: Clock;
  readonly notice?: string;
  /** How long containers that outlive this process wait for the next one of their server, in ms. Default: 24 hours. */
  readonly orphanMs?: number;
}

const DEFAULT_ORPHAN_MS = 86_400_000;

/** A control plane in this process. It owns the backend and closes it. */
export function createEngine(options: EngineOptions): ControlPlane {
  const { backend, notice } = options;
  const apps = new Set<RunningApp>();
  // Leftovers of killed runs go once the first app is up: a start that has to share the host with it takes longer.
  let reaped: Promise<number> | undefined;
  const close = async () => {
    await Promise.all([...apps].map((app) => app.close()));
    await reaped;
    await backend.close();
  };
  const leave = async () => {
    for (const app of apps) app.leave();
    await reaped;
    await backend.leave();
  };
  return {
    notice,
    leave,
    discardUnclaimed: async (isUnwanted) => {
      const left = await backend.adoptable();
      await Promise.all(left.filter(isUnwanted).map((each) => backend.discard(each)));
    },
    async startApp(request, listener) {
      const app = await startApp(options, request, listener, (closed) => apps.delete(closed));
      apps.add(app);
      reaped ??= backend.reapLeftovers().catch(() => 0);
      return app;
    },
    planApp: (request) => planVersion(options, request),
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function startApp(
  options: EngineOptions,
  request: AppRequest,
  listener: AppListener,
  onClosed: (app: RunningApp) => void,
): Promise<RunningApp> {
  const { backend, clock, orphanMs = DEFAULT_ORPHAN_MS } = options;
  const { manifest, environment, lifetime } = request;
  const { app } = manifest;
  expectContainers(backend, request);
  const prepare = (next: AppRequest, onImage = (event: ImageEvent) => listener.onImage(event)) =>
    prepareVersion(options, next, { onImage });
  const preparing = prepare(request);
  const survives = lifetime === 'deployed';
  const [version, runnerSources, capacity, left] = await Promise.all([
    preparing,
    readRunnerSources(),
    backend.capacity(),
    survives ? backend.adoptable() : [],
  ]).catch(async (error: unknown) => {
    await preparing.then((unused) => unused[Symbol.asyncDispose]()).catch(() => {});
    throw error;
  });
  const launching: LauncherOptions = {
    ...{ app, environment, backend, clock, runnerSources, listener, survives, orphanMs },
    nested: () => nested,
  };
  const launcher = containerLauncher(launching);
  const onWait = (event: WaitEvent) => listener.onWait?.(event);
  const onContainer = (event: ContainerEvent) => listener.onContainer?.(event);
  const ports = { launcher, clock, capacity, onWait, onContainer };
  const scheduler = new Scheduler({ ...ports, ...(lifetime && { lifetime }) });
  const adopted = new AdoptedContainers(launching, scheduler);
  const desk = new CallDesk(scheduler, adopted);
  const served = new Map(
    manifest.functions.map((fn) => {
      const mark = version.parts.get(fn.name)?.fingerprint ?? '';
      return [fn.name, { fn, made: version.made.get(fn.name), mark }];
    }),
  );
  const pools = new TargetPools(scheduler, app, served);
  const encoded = new AppCalls(desk, pools, clock);
  const nested = new NestedCalls(encoded, app, request.outside);
  const invoker = new LocalInvoker(desk, pools);
  const running = new RunningApp({
    ...{ version, served, scheduler, desk, pools, invoker, encoded, clock, prepare, onClosed },
    onResumed: () => adopted.allResumed(),
  });
  adopted.adopt(
    left.filter((each) => each.app === app && each.environment === environment),
    pools,
  );
  return running;
}
