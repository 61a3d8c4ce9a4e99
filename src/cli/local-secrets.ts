/**
 * The secrets and environments of this machine, as commands work on them.
 */
import { Environments } from '../runtime/environments/environments.ts';
import { openVault } from '../runtime/secrets/open-vault.ts';
import { secretInfo } from './render/secret-list.ts';
import type { SecretsInUse } from './secrets-in-use.ts';

/** Opens them. Throws an EnvironmentError where the store cannot be used. */
export async function localSecrets(): Promise<SecretsInUse> {
  const opened = await openVault();
  const { vault } = opened;
  const environments = new Environments(opened.store);
  return {
    server: undefined,
    create: (place, values, options) => vault.create(place, values, options),
    list: async (environment) => (await vault.list(environment)).map(secretInfo),
    delete: (place) => vault.delete(place),
    async environments() {
      return (await environments.list()).map(({ createdAt, ...rest }) => ({
        ...rest,
        created: new Date(createdAt).toISOString(),
      }));
    },
    createEnvironment: (name) => environments.create(name),
    deleteEnvironment: (name, goOn) => environments.delete(name, goOn),
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}
