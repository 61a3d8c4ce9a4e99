/**
 * What the records of apps and deployments promise in every store.
 */
import { describe, expect, it } from 'vitest';
import type { AppManifest } from '../../src/protocol/manifest.ts';
import type { NewDeployment } from '../../src/runtime/store/deployment-records.ts';
import type { Store } from '../../src/runtime/store/store.ts';

const TREE = 'c0'.repeat(32);

function newDeployment(given: Partial<NewDeployment> = {}): NewDeployment {
  const manifest = { app: given.app ?? 'shop', functions: [] } as AppManifest;
  return {
    environment: 'main',
    app: 'shop',
    manifest,
    parts: { resize: { image: 'dray/im:1', bundle: 'b1', fingerprint: 'f1' } },
    deployedAt: 100,
    deployedBy: 'ada@host',
    client: '0.1.0',
    ...given,
  };
}

/** `open` gives an empty store. */
export function describeDeploymentRecords(name: string, open: () => Promise<Store>): void {
  describe(`${name}: deployments`, () => {
    it('counts the versions of each app from 1, and gives back what was published', async () => {
      await using store = await open();
      const { deployments } = store;
      const full = newDeployment({ tag: 'spring', commit: 'abc', dirty: false, rollbackOf: 3 });
      expect(await deployments.publish(full, 0)).toEqual({ ...full, version: 1 });
      expect(await deployments.publish(newDeployment({ deployedAt: 200 }), 1)).toMatchObject({ version: 2 });
      expect(await deployments.publish(newDeployment({ app: 'other' }), 0)).toMatchObject({ version: 1 });
      expect(await deployments.deployment('main', 'shop', 1)).toEqual({ ...full, version: 1 });
      const second = await deployments.deployment('main', 'shop', 2);
      expect(second).toEqual({ ...newDeployment({ deployedAt: 200 }), version: 2 });
      expect(Object.keys(second ?? {})).not.toContain('tag');
      expect(await deployments.deployment('main', 'shop', 3)).toBeUndefined();
      expect((await deployments.history('main', 'shop')).map(({ version }) => version)).toEqual([2, 1]);
      expect(await deployments.history('main', 'none')).toEqual([]);
    });

    it('publishes only onto the version expected: of two at once, one', async () => {
      await using store = await open();
      const { deployments } = store;
      expect(await deployments.publish(newDeployment(), 1)).toBeUndefined();
      expect(await deployments.app('main', 'shop')).toBeUndefined();
      const both = await Promise.all([
        deployments.publish(newDeployment({ client: 'a' }), 0),
        deployments.publish(newDeployment({ client: 'b' }), 0),
      ]);
      expect(both.filter((each) => each !== undefined)).toHaveLength(1);
      expect(await deployments.history('main', 'shop')).toHaveLength(1);
    });

    it('publishes nothing into an environment that is not there', async () => {
      await using store = await open();
      expect(await store.deployments.publish(newDeployment({ environment: 'nowhere' }), 0)).toBeUndefined();
      expect(await store.deployments.apps()).toEqual([]);
    });

    it('stops an app once, and publishing makes it serve again', async () => {
      await using store = await open();
      const { deployments } = store;
      expect(await deployments.stop('main', 'shop', 5)).toBe(false);
      await deployments.publish(newDeployment(), 0);
      expect(await deployments.stop('main', 'shop', 150)).toBe(true);
      expect(await deployments.stop('main', 'shop', 160)).toBe(false);
      const app = { environment: 'main', name: 'shop', createdAt: 100, version: 1 };
      expect(await deployments.app('main', 'shop')).toEqual({ ...app, state: 'stopped', stoppedAt: 150 });
      await deployments.publish(newDeployment({ deployedAt: 200 }), 1);
      const serving = await deployments.app('main', 'shop');
      expect(serving).toEqual({ ...app, version: 2, state: 'deployed' });
      expect(Object.keys(serving ?? {})).not.toContain('stoppedAt');
    });

    it('lists apps by environment and name', async () => {
      await using store = await open();
      await store.environments.create({ name: 'dev', createdAt: 1 });
      for (const [environment, app] of [
        ['main', 'b'],
        ['dev', 'c'],
        ['main', 'a'],
      ] as const)
        await store.deployments.publish(newDeployment({ environment, app }), 0);
      const names = async (environment?: string) =>
        (await store.deployments.apps(environment)).map((app) => `${app.environment}/${app.name}`);
      expect(await names()).toEqual(['dev/c', 'main/a', 'main/b']);
      expect(await names('main')).toEqual(['main/a', 'main/b']);
    });

    it('knows every blob that a version names, of those before too: bundles and trees', async () => {
      await using store = await open();
      const part = { image: 'i', bundle: 'b2', fingerprint: 'f' };
      await store.deployments.publish(newDeployment(), 0);
      await store.deployments.publish(newDeployment({ parts: { resize: part, other: part } }), 1);
      const manifest = { app: 'trees', functions: [], path: `tree:${TREE}/src` } as unknown as AppManifest;
      await store.deployments.publish(newDeployment({ app: 'trees', manifest, parts: {} }), 0);
      expect([...(await store.deployments.blobs())].sort()).toEqual(['b1', 'b2', TREE]);
    });

    it('go with their environment, which is not empty while it has an app', async () => {
      await using store = await open();
      await store.environments.create({ name: 'dev', createdAt: 1 });
      await store.deployments.publish(newDeployment({ environment: 'dev' }), 0);
      await store.deployments.publish(newDeployment(), 0);
      expect(await store.environments.delete('dev')).toBe('not-empty');
      expect(await store.environments.delete('dev', { withRecords: true })).toBe('deleted');
      expect(await store.deployments.history('dev', 'shop')).toEqual([]);
      expect((await store.deployments.apps()).map(({ environment }) => environment)).toEqual(['main']);
    });
  });
}
