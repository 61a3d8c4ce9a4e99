/**
 * An app started as `dray run` starts it, on the built engine, without the command around it.
 */
import type { ControlPlane, StartedApp } from '../src/protocol/control-plane.ts';
import type { RemoteFunction } from '../src/sdk/remote-function.ts';
import { builtModule, inRepository } from './repository.ts';

// biome-ignore lint/suspicious/noExplicitAny: the functions of benchmarks take what their benchmark gives
type Handle = RemoteFunction<(...args: any[]) => Promise<unknown>>;

/** An app that is loaded and bundled; it can be started any number of times. */
export interface PreparedApp {
  start(engine: ControlPlane): Promise<StartedBenchApp>;
}

export interface StartedBenchApp extends AsyncDisposable {
  /** The handle of one of its functions, by name. */
  handle(name: string): Handle;
  /** A new call of one of its generators, by name. */
  stream(name: string, ...args: unknown[]): AsyncGenerator<unknown>;
  /** Containers started so far. */
  containers(): number;
}

/** Opens an engine on Docker. */
export async function openBuiltEngine(): Promise<ControlPlane> {
  const { openEngine } = await builtModule<typeof import('../src/runtime/engine/open-engine.ts')>(
    'runtime/engine/open-engine',
  );
  return openEngine({ backend: 'docker' });
}

/** Loads and bundles an app of bench/apps, by its path in the repository. */
export async function prepareApp(path: string): Promise<PreparedApp> {
  const [{ openApp }, { provideContext }] = await Promise.all([
    builtModule<typeof import('../src/runtime/app/open-app.ts')>('runtime/app/open-app'),
    builtModule<typeof import('../src/sdk/context.ts')>('sdk/context'),
  ]);
  const { app, manifest, bundleFor } = await openApp(inRepository(path));
  const names = manifest.functions.map(({ name }) => name);
  const bundles = new Map(
    await Promise.all(names.map(async (name) => [name, await bundleFor(name)] as const)),
  );
  return {
    async start(engine) {
      const bundled = (name: string) => bundles.get(name) as NonNullable<ReturnType<typeof bundles.get>>;
      const request = { manifest, environment: 'main', bundleFor: bundled };
      const started: StartedApp = await engine.startApp(request, { onLog: forward, onImage: () => {} });
      const takeBack = provideContext({ isLocal: true, invoker: started.invoker });
      return {
        handle: (name) => {
          const found = app.declaration.functions.find((fn) => fn.name === name);
          if (found === undefined) throw new Error(`${path} has no function ${name}`);
          return found.handle as Handle;
        },
        stream: (name, ...args) => started.invoker.stream({ app: manifest.app, function: name }, args).values,
        containers: () => started.stats().containers,
        [Symbol.asyncDispose]: async () => {
          takeBack();
          await started.close();
        },
      };
    },
  };
}

function forward({ source, bytes }: { source: 'stdout' | 'stderr'; bytes: Uint8Array }): void {
  process[source].write(bytes);
}
