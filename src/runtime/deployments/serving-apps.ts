/**
 * The apps that serve, each on an engine that is opened when the first one is needed.
 *
 * It starts and updates apps, and knows nothing of versions but which one serves. Publishing is somebody else's, and is
 * asked for at the one moment when everything is ready and nothing has changed.
 */
import type {
  AppListener,
  AppRequest,
  CloseOptions,
  ControlPlane,
  FunctionPart,
  ImageEvent,
  ImageReport,
} from '../../protocol/control-plane.ts';
import type { DeployEvent, DeployStrategy } from '../../protocol/deployment.ts';
import type { DeploymentRecord } from '../store/deployment-records.ts';
import type { AppPlace } from './deployment-secrets.ts';
import type { HostedApp, HostedAppListener } from './hosted-apps.ts';

/** Publishes a version made of these parts; the one that serves from then on. */
type Publish = (parts: ReadonlyMap<string, FunctionPart>) => Promise<DeploymentRecord>;

export interface BringOptions {
  readonly strategy: DeployStrategy;
  /** Also replaces containers of functions that did not change. */
  readonly fresh?: boolean;
  readonly publish: Publish;
  progress(event: DeployEvent): void;
}

interface Serving extends HostedApp {
  deployment: DeploymentRecord;
}

export class ServingApps {
  readonly #openEngine: () => Promise<ControlPlane>;
  readonly #listener: HostedAppListener;
  readonly #apps = new Map<string, Serving>();
  /** Who is told of the images of an app at this moment. */
  readonly #onImage = new Map<string, (event: ImageEvent) => void>();
  #opening: Promise<ControlPlane> | undefined;

  constructor(openEngine: () => Promise<ControlPlane>, listener: HostedAppListener) {
    this.#openEngine = openEngine;
    this.#listener = listener;
  }

  /** The engine, opened now where it is not. One that could not be opened is tried again. */
  engine(): Promise<ControlPlane> {
    this.#opening ??= this.#openEngine().catch((error: unknown) => {
      this.#opening = undefined;
      throw error;
    });
    return this.#opening;
  }

  find(place: AppPlace): HostedApp | undefined {
    return this.#apps.get(keyOf(place));
  }

  all(): readonly HostedApp[] {
    return [...this.#apps.values()];
  }

  /** Starts an app, or takes it to another version. Where it rejects, what served goes on serving. */
  async bring(place: AppPlace, request: AppRequest, options: BringOptions): Promise<readonly ImageReport[]> {
    const key = keyOf(place);
    const onImage = (event: ImageEvent) => options.progress({ kind: 'image', event });
    const serving = this.#apps.get(key);
    if (serving === undefined) {
      this.#onImage.set(key, onImage);
      try {
        return await this.#start(place, request, options);
      } finally {
        this.#onImage.delete(key);
      }
    }
    const { strategy, fresh = false, publish, progress } = options;
    let published = serving.deployment;
    const { images } = await serving.started.update(request, {
      strategy,
      fresh,
      onImage: (event) => {
        onImage(event);
        this.#listener.onImage?.(place, event);
      },
      onStart: (functionName, kind) => progress({ kind, functionName }),
      beforeSwap: async (parts) => {
        published = await publish(parts);
      },
    });
    serving.deployment = published;
    this.#listener.onServing?.(serving);
    return images;
  }

  /** Ends an app; nobody finds it from now on. */
  async end(place: AppPlace, reason: 'stopped' | 'closing', options?: CloseOptions): Promise<void> {
    const key = keyOf(place);
    const serving = this.#apps.get(key);
    if (serving === undefined) return;
    this.#apps.delete(key);
    this.#listener.onStopped?.(place.environment, place.app, reason);
    await serving.started.close(options);
  }

  async close(options?: CloseOptions): Promise<void> {
    await Promise.all(this.all().map((app) => this.end(app, 'closing', options)));
    const engine = await this.#opening?.catch(() => undefined);
    await engine?.close();
  }

  async #start(
    place: AppPlace,
    request: AppRequest,
    { publish }: BringOptions,
  ): Promise<readonly ImageReport[]> {
    const started = await (await this.engine()).startApp(request, this.#listenerOf(place));
    try {
      const deployment = await publish(started.parts);
      const serving = { environment: place.environment, app: place.app, deployment, started };
      this.#apps.set(keyOf(place), serving);
      this.#listener.onServing?.(serving);
    } catch (error) {
      await started.close();
      throw error;
    }
    return started.images;
  }

  #listenerOf(place: AppPlace): AppListener {
    const key = keyOf(place);
    return {
      onLog: (entry) => this.#listener.onLog?.(place, entry),
      onImage: (event) => {
        this.#onImage.get(key)?.(event);
        this.#listener.onImage?.(place, event);
      },
      onContainer: (event) => this.#listener.onContainer?.(place, event),
      onWait: (event) => this.#listener.onWait?.(place, event),
    };
  }
}

/** Tells apps apart. */
export function keyOf({ environment, app }: AppPlace): string {
  return `${environment}\0${app}`;
}
