/**
 * Handlers of the routes of secrets. They only translate.
 */
import type { ApiHandlers } from '../bind-routes.ts';
import { isoTime } from '../iso-time.ts';
import type { Services } from '../services.ts';

/** The handlers, over the secrets of the server's own store. */
export function secretsApi({
  secrets,
}: Services): Pick<ApiHandlers, 'secrets' | 'putSecret' | 'deleteSecret'> {
  return {
    async secrets({ params: { environment } }) {
      const found = await (await secrets.get()).list(environment);
      return {
        secrets: found.map(({ name, keys, createdAt, updatedAt, lastUsedAt }) => ({
          ...{ name, keys, createdAt: isoTime(createdAt), updatedAt: isoTime(updatedAt) },
          lastUsedAt: lastUsedAt === undefined ? null : isoTime(lastUsedAt),
        })),
      };
    },
    async putSecret({ params: { environment, secret }, body: { values, replace } }) {
      const vault = await secrets.get();
      return { replaced: await vault.create({ environment, name: secret }, values, { replace }) };
    },
    async deleteSecret({ params: { environment, secret } }) {
      return { deleted: await (await secrets.get()).delete({ environment, name: secret }) };
    },
  };
}
