/**
 * Opens the apps of a server: over its store and its blobs, with a vault of the same store, on an engine that is opened when
 * the first app needs it.
 */
import { systemClock } from '../../shared/clock.ts';
import type { PreferredHost } from '../containers/docker/docker-endpoint.ts';
import { serverIdIn } from '../containers/server-id.ts';
import { secretKeys } from '../secrets/secret-keys.ts';
import { SecretVault } from '../secrets/secret-vault.ts';
import { DeployedApps, type DeployedAppsOptions } from './deployed-apps.ts';
import type { HostedApps } from './hosted-apps.ts';

type Env = Readonly<Record<string, string | undefined>>;

export interface OpenHostedAppsOptions
  extends Pick<DeployedAppsOptions, 'dataFolder' | 'store' | 'blobs' | 'listener' | 'outside'> {
  /** Where containers run; what is undefined is decided by what this machine has. */
  readonly where: {
    readonly backend?: 'docker' | 'process' | undefined;
    readonly dockerHost?: PreferredHost | undefined;
  };
  /** May hold the key of the secrets. Default: this process's environment. */
  readonly env?: Env;
}

/** The apps; none of them is started yet: see HostedApps.restore. */
export function openHostedApps({ where, env = process.env, ...options }: OpenHostedAppsOptions): HostedApps {
  const { dataFolder, store } = options;
  const vault = new SecretVault(store, secretKeys(dataFolder, env));
  return new DeployedApps({
    ...options,
    vault,
    clock: systemClock,
    openEngine: async () => {
      const [{ openEngine }, serverId] = await Promise.all([
        import('../engine/open-engine.ts'),
        serverIdIn(dataFolder),
      ]);
      return openEngine({
        ...where,
        serverId,
        // The server's own, which it closes itself.
        openVault: async () => ({ vault, [Symbol.asyncDispose]: async () => {} }),
      });
    },
  });
}
