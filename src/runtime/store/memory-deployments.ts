/**
 * Apps and their deployments in memory, for tests of what stands on a store.
 */
import type { AppRecord, DeploymentRecord, DeploymentRecords } from './deployment-records.ts';
import { namedBlobs } from './named-blobs.ts';

/** No records yet. `hasEnvironment` tells which environments there are. */
export function memoryDeployments(hasEnvironment: (name: string) => boolean): DeploymentRecords & {
  /** Forgets all of an environment. */
  deleteAll(environment: string): void;
} {
  const apps = new Map<string, AppRecord>();
  const deployments = new Map<string, DeploymentRecord[]>();
  const byName = (a: AppRecord, b: AppRecord) =>
    compare(a.environment, b.environment) || compare(a.name, b.name);
  return {
    apps: async (environment) =>
      [...apps.values()]
        .filter((app) => environment === undefined || app.environment === environment)
        .sort(byName),
    app: async (environment, name) => apps.get(keyOf(environment, name)),
    async publish(deployment, expected) {
      const { environment, app: name, deployedAt } = deployment;
      const key = keyOf(environment, name);
      const present = apps.get(key);
      if (!hasEnvironment(environment) || (present?.version ?? 0) !== expected) return undefined;
      const history = deployments.get(key) ?? [];
      const published = { ...deployment, version: history.length + 1 };
      deployments.set(key, [published, ...history]);
      const { createdAt = deployedAt } = present ?? {};
      apps.set(key, { environment, name, createdAt, version: published.version, state: 'deployed' });
      return published;
    },
    deployment: async (environment, app, version) =>
      deployments.get(keyOf(environment, app))?.find((each) => each.version === version),
    history: async (environment, app) => deployments.get(keyOf(environment, app)) ?? [],
    async stop(environment, name, stoppedAt) {
      const app = apps.get(keyOf(environment, name));
      if (app?.state !== 'deployed') return false;
      apps.set(keyOf(environment, name), { ...app, state: 'stopped', stoppedAt });
      return true;
    },
    blobs: async () =>
      new Set(
        [...deployments.values()]
          .flat()
          .flatMap(({ parts, manifest }) => namedBlobs({ parts, manifest: JSON.stringify(manifest) })),
      ),
    deleteAll(environment) {
      for (const [key, app] of apps) {
        if (app.environment !== environment) continue;
        apps.delete(key);
        deployments.delete(key);
      }
    },
  };
}

function keyOf(environment: string, name: string): string {
  return JSON.stringify([environment, name]);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
