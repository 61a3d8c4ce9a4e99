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
  StartedApp,
  WaitEvent,
} from '../../protocol/control-plane.ts';
import type { Clock } from '../../shared/clock.ts';
import type { ContainerBackend } from '../containers/container-backend.ts';
import { Scheduler } from '../scheduler/scheduler.ts';
import { AppCalls } from './app-calls.ts';
import { planVersion, prepareVersion, type VersionSources } from './app-version.ts';
import { CallDesk } from './call-desk.ts';
import { containerLauncher } from './container-launcher.ts';
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
  onClosed: (app: StartedApp) => void,
): Promise<StartedApp> {
  const { backend, clock } = options;
  const { manifest, environment, lifetime } = request;
  const { app } = manifest;
  expectContainers(backend, request);
  const prepare = (next: AppRequest, onImage = (event: ImageEvent) => listener.onImage(event)) =>
    prepareVersion(options, next, { onImage });
  const preparing = prepare(request);
  const [version, runnerSources, capacity] = await Promise.all([
    preparing,
    readRunnerSources(),
    backend.capacity(),
  ]).catch(async (error: unknown) => {
    await preparing.then((unused) => unused[Symbol.asyncDispose]()).catch(() => {});
    throw error;
  });
  const launcher = containerLauncher({
    ...{ app, environment, backend, clock, runnerSources, listener },
    nested: () => nested,
  });
  const onWait = (event: WaitEvent) => listener.onWait?.(event);
  const onContainer = (event: ContainerEvent) => listener.onContainer?.(event);
  const ports = { launcher, clock, capacity, onWait, onContainer };
  const scheduler = new Scheduler({ ...ports, ...(lifetime && { lifetime }) });
  const desk = new CallDesk(scheduler);
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
  return new RunningApp({
    ...{ version, served, scheduler, desk, pools, invoker, encoded, clock, prepare, onClosed },
  });
}
