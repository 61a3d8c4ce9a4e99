/**
 * Handlers of the routes of environments. They only translate.
 */
import type { ApiHandlers } from '../bind-routes.ts';
import { isoTime } from '../iso-time.ts';
import { environmentInUse } from '../request-errors.ts';
import type { Services } from '../services.ts';

type EnvironmentHandlers = Pick<ApiHandlers, 'environments' | 'createEnvironment' | 'deleteEnvironment'>;

/** The handlers, over the environments of the server's own store. */
export function environmentsApi({ environments, store }: Services): EnvironmentHandlers {
  return {
    async environments() {
      const found = await (await environments.get()).list();
      return {
        environments: found.map(({ createdAt, ...rest }) => ({ ...rest, createdAt: isoTime(createdAt) })),
      };
    },
    async createEnvironment({ params: { environment } }) {
      await (await environments.get()).create(environment);
      return { created: true };
    },
    async deleteEnvironment({ params: { environment }, query: { secret: named = [] } }) {
      const apps = await store.deployments.apps(environment);
      const serving = apps.filter(({ state }) => state === 'deployed').map(({ name }) => name);
      if (serving.length > 0) throw environmentInUse(environment, serving);
      let held: readonly string[] = [];
      const gone = await (await environments.get()).delete(environment, async (secrets) => {
        held = secrets;
        return secrets.every((name) => named.includes(name));
      });
      return gone === undefined ? { deleted: false, secrets: held } : { deleted: true, secrets: gone };
    },
  };
}
