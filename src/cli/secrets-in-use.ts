/**
 * The secrets and environments that commands work on: those of the server that the settings name, else those of this
 * machine, which a server of this machine shares.
 *
 * Invariants
 * - values go to a server and are never fetched from one
 */
import { chosenServer } from '../client/chosen-server.ts';
import { ServerClient } from '../client/server-client.ts';
import type { Settings } from '../config/settings.ts';
import type { SecretInfo } from './render/secret-list.ts';

/** An environment as it is listed. */
export interface ListedEnvironment {
  readonly name: string;
  /** ISO 8601. */
  readonly created: string;
  readonly secrets: readonly string[];
}

export interface SecretsInUse extends AsyncDisposable {
  /** The server; undefined where they are those of this machine. */
  readonly server: string | undefined;
  /** Returns whether it replaced one. Throws SECRET_EXISTS unless `replace`. */
  create(
    place: SecretPlace,
    values: Record<string, unknown>,
    options: { readonly replace: boolean },
  ): Promise<boolean>;
  list(environment: string): Promise<readonly SecretInfo[]>;
  /** Returns whether there was one. */
  delete(place: SecretPlace): Promise<boolean>;
  environments(): Promise<readonly ListedEnvironment[]>;
  createEnvironment(name: string): Promise<void>;
  /** The secrets that went with it; undefined where `goOn`, asked about them, said no. */
  deleteEnvironment(
    name: string,
    goOn: (secrets: readonly string[]) => Promise<boolean>,
  ): Promise<readonly string[] | undefined>;
}

interface SecretPlace {
  readonly environment: string;
  readonly name: string;
}

/** Says where they are, behind what was done: nothing of this machine, ` at http://…` of a server. Pure. */
export function at({ server }: Pick<SecretsInUse, 'server'>): string {
  return server === undefined ? '' : ` at ${server}`;
}

/** Opens them. `local` those of this machine, whatever the settings say. */
export async function secretsInUse(settings: Settings, { local }: { local: boolean }): Promise<SecretsInUse> {
  if (local || settings.of('server_url') === undefined) {
    const { localSecrets } = await import('./local-secrets.ts');
    return localSecrets();
  }
  const { url, token } = await chosenServer(settings);
  return serverSecrets(new ServerClient({ url, token }));
}

function serverSecrets(client: ServerClient): SecretsInUse {
  return {
    server: client.url,
    async create({ environment, name }, values, { replace }) {
      const params = { environment, secret: name };
      const body = { values: values as Record<string, string>, replace };
      return (await client.request('putSecret', { params, body })).replaced;
    },
    async list(environment) {
      const { secrets } = await client.request('secrets', { params: { environment } });
      return secrets.map(({ name, keys, createdAt, updatedAt, lastUsedAt }) => {
        return { name, keys, created: createdAt, updated: updatedAt, lastUsed: lastUsedAt };
      });
    },
    async delete({ environment, name }) {
      return (await client.request('deleteSecret', { params: { environment, secret: name } })).deleted;
    },
    async environments() {
      const { environments } = await client.request('environments', {});
      return environments.map(({ createdAt, ...rest }) => ({ ...rest, created: createdAt }));
    },
    async createEnvironment(name) {
      await client.request('createEnvironment', { params: { environment: name } });
    },
    async deleteEnvironment(name, goOn) {
      // Its secrets are looked at again where somebody adds one in between.
      for (let secret: string[] = []; ; ) {
        const params = { environment: name };
        const { deleted, secrets } = await client.request('deleteEnvironment', { params, query: { secret } });
        if (deleted) return secrets;
        if (!(await goOn(secrets))) return undefined;
        secret = secrets;
      }
    },
    [Symbol.asyncDispose]: async () => {},
  };
}
