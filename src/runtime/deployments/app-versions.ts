/**
 * Takes an app from one version to the next: by a deploy, by going back to an earlier one, or by starting the one that
 * was published last.
 *
 * Invariants
 * - a version is published when everything that it needs is there and has shown that it starts, and not before
 * - where nothing changed, nothing is published, and no builder is asked
 */
import type { FunctionPart } from '../../protocol/control-plane.ts';
import type {
  DeployEvent,
  DeployMeta,
  DeployOutcome,
  DeployPlan,
  DeployRequest,
  DeployStrategy,
  FunctionChange,
} from '../../protocol/deployment.ts';
import type { DeployedPart, DeploymentRecord, DeploymentRecords } from '../store/deployment-records.ts';
import type { AppRequests, VersionContents } from './app-requests.ts';
import { deployConflict, newContainerFailed, versionNotFound } from './deploy-errors.ts';
import type { AppPlace, DeploymentSecrets } from './deployment-secrets.ts';
import { functionChanges, imagesToBuild, isChange } from './plan-deployment.ts';
import type { ServingApps } from './serving-apps.ts';

export interface VersionChange {
  readonly place: AppPlace;
  readonly by: string;
  readonly strategy: DeployStrategy;
  readonly signal: AbortSignal | undefined;
  progress(event: DeployEvent): void;
}

export interface AppVersionsParts {
  readonly records: DeploymentRecords;
  readonly secrets: DeploymentSecrets;
  readonly requests: AppRequests;
  readonly serving: ServingApps;
}

/** A version to publish, unless it is the one that serves. */
interface Candidate {
  readonly contents: VersionContents;
  readonly meta: DeployMeta;
  readonly rollbackOf?: number;
  /** Seals its secrets, and takes that back. */
  keep?(): Promise<void>;
  forget?(): Promise<void>;
}

export class AppVersions {
  readonly #parts: AppVersionsParts;

  constructor(parts: AppVersionsParts) {
    this.#parts = parts;
  }

  async deploy(request: DeployRequest, change: VersionChange): Promise<DeployOutcome> {
    const { requests } = this.#parts;
    await requests.check(request);
    const { contents, keep, forget } = await this.#contentsOf(request);
    return this.#publish({ contents, meta: request.meta, keep, forget }, change);
  }

  async plan(request: DeployRequest): Promise<DeployPlan> {
    await this.#parts.requests.check(request);
    const place = { environment: request.environment, app: request.manifest.app };
    const { contents } = await this.#contentsOf(request);
    const { current, planned, changes } = await this.#compare(place, contents, undefined);
    return {
      ...place,
      ...(current !== undefined && { current: current.version }),
      changed: isNew(current, changes, request.meta.tag),
      functions: changes,
      images: imagesToBuild(planned),
    };
  }

  async rollback(version: number | undefined, change: VersionChange): Promise<DeployOutcome> {
    const { records, secrets } = this.#parts;
    const { environment, app } = change.place;
    const history = await records.history(environment, app);
    const wanted = version ?? (history[0]?.version ?? 0) - 1;
    const target = history.find((each) => each.version === wanted);
    if (target === undefined)
      throw versionNotFound(
        app,
        version,
        history.map((each) => each.version),
      );
    const { manifest, client, tag, commit, dirty } = target;
    const contents = contentsOf(target, await secrets.open(environment, manifest));
    const meta = {
      ...{ client, deployedBy: change.by },
      ...(tag !== undefined && { tag }),
      ...(commit !== undefined && { commit }),
      ...(dirty !== undefined && { dirty }),
    };
    return this.#publish({ contents, meta, rollbackOf: wanted }, change);
  }

  /** Starts a published version, or gives it new containers where it serves. Nothing is published. */
  async bringUp(deployment: DeploymentRecord, change: VersionChange): Promise<DeployOutcome> {
    const { secrets, requests, serving } = this.#parts;
    const { place, strategy, progress, signal } = change;
    const opened = await secrets.open(place.environment, deployment.manifest);
    const request = await requests.of(place, contentsOf(deployment, opened), signal);
    const publish = async () => deployment;
    const images = await serving.bring(place, request, { strategy, fresh: true, publish, progress });
    const functions = deployment.manifest.functions.map(({ name }): FunctionChange => {
      return { name, change: 'unchanged', fields: [], replaced: true };
    });
    return {
      ...place,
      version: deployment.version,
      previous: deployment.version,
      changed: false,
      functions,
      images,
    };
  }

  async #publish(candidate: Candidate, change: VersionChange): Promise<DeployOutcome> {
    const { records, serving } = this.#parts;
    const { place, signal } = change;
    const { contents, meta } = candidate;
    const { expected, current, request, planned, changes } = await this.#compare(place, contents, signal);
    const isPublished = !isNew(current, changes, meta.tag);
    const common = {
      ...place,
      functions: changes,
      ...(current !== undefined && { previous: current.version }),
    };
    const isWhole = [...planned.values()].every(({ isMissing }) => !isMissing);
    if (isPublished && current !== undefined && isWhole && serving.find(place) !== undefined) {
      return { ...common, version: current.version, changed: false, images: [] };
    }
    let published = isPublished ? current : undefined;
    const publish = async (parts: ReadonlyMap<string, FunctionPart>): Promise<DeploymentRecord> => {
      if (published !== undefined) return published;
      await candidate.keep?.();
      published = await records.publish(deploymentOf(place, candidate, parts), expected);
      if (published === undefined) throw deployConflict(place.app);
      change.progress({ kind: 'published', version: published.version });
      return published;
    };
    try {
      // A step that is always to be built anew is, by a deploy; not when a server starts its apps again.
      const images = await serving.bring(
        place,
        { ...request, rebuild: { forced: true } },
        { ...change, publish },
      );
      const { version } = published as unknown as DeploymentRecord;
      return { ...common, version, changed: !isPublished, images };
    } catch (error) {
      if (published === undefined) await candidate.forget?.();
      throw newContainerFailed(error, current?.version);
    }
  }

  async #compare(place: AppPlace, contents: VersionContents, signal: AbortSignal | undefined) {
    const { records, requests, serving } = this.#parts;
    const record = await records.app(place.environment, place.app);
    const last = record && (await records.deployment(place.environment, place.app, record.version));
    const current = record?.state === 'deployed' ? last : undefined;
    const request = await requests.of(place, contents, signal);
    const planned = await (await serving.engine()).planApp(request);
    const changes = functionChanges(
      current && { manifest: current.manifest, part: (name) => current.parts[name] },
      { manifest: contents.manifest, part: (name) => planned.get(name) },
    );
    return { expected: record?.version ?? 0, current, request, planned, changes };
  }

  async #contentsOf(request: DeployRequest) {
    const { records, secrets } = this.#parts;
    const { environment, manifest, bundles, localSecrets = {} } = request;
    const place = { environment, app: manifest.app };
    const record = await records.app(environment, manifest.app);
    const last = record && (await records.deployment(environment, manifest.app, record.version));
    const named = await secrets.name(place, manifest, localSecrets, last?.manifest);
    const contents = { manifest: named.manifest, bundles, localSecrets: named.values };
    return { contents, keep: named.keep, forget: named.forget };
  }
}

/** A tag is given to be found again: a version of its own, even of the same content. */
function isNew(
  current: DeploymentRecord | undefined,
  changes: readonly FunctionChange[],
  tag: string | undefined,
): boolean {
  return current === undefined || isChange(changes) || (tag !== undefined && tag !== current.tag);
}

function contentsOf({ manifest, parts }: DeploymentRecord, localSecrets: VersionContents['localSecrets']) {
  const bundles = Object.fromEntries(Object.entries(parts).map(([name, { bundle }]) => [name, bundle]));
  return { manifest, bundles, localSecrets };
}

function deploymentOf(
  place: AppPlace,
  { contents, meta, rollbackOf }: Candidate,
  parts: ReadonlyMap<string, FunctionPart>,
): Omit<DeploymentRecord, 'version'> {
  const deployed = [...parts].map(([name, { image, bundle, fingerprint }]): [string, DeployedPart] => [
    name,
    { image, bundle, fingerprint },
  ]);
  return {
    ...place,
    ...meta,
    manifest: contents.manifest,
    parts: Object.fromEntries(deployed),
    deployedAt: Date.now(),
    ...(rollbackOf !== undefined && { rollbackOf }),
  };
}
