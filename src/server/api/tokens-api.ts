/**
 * Handlers of the routes about tokens. They only translate.
 */
import type { TokenReply } from '../../protocol/api/token-routes.ts';
import { hasScope, type Scope } from '../../protocol/scopes.ts';
import type { TokenRecord } from '../../runtime/store/access-records.ts';
import type { TokenAuthority } from '../access/token-authority.ts';
import type { ApiHandlers } from '../bind-routes.ts';
import { scopeMissing, tokenUnknown } from '../request-errors.ts';

/** The handlers, over the tokens there are. */
export function tokensApi(tokens: TokenAuthority): Pick<ApiHandlers, 'tokens' | 'ownToken' | 'revokeToken'> {
  return {
    tokens: async () => ({ tokens: (await tokens.list()).map(toReply) }),
    async ownToken({ access }) {
      const token = await tokens.token(access.tokenId);
      if (token === undefined) throw tokenUnknown(access.tokenId);
      return toReply(token);
    },
    async revokeToken({ params: { id }, access }) {
      if (id !== access.tokenId && !hasScope(access.scopes, 'deploy')) throw scopeMissing('deploy');
      if (!(await tokens.revoke(id))) throw tokenUnknown(id);
      return { revoked: true };
    },
  };
}

function toReply({ id, name, scopes, createdAt, lastUsedAt }: TokenRecord): TokenReply {
  return {
    id,
    name,
    scopes: scopes as Scope[],
    createdAt: new Date(createdAt).toISOString(),
    lastUsedAt: lastUsedAt === undefined ? null : new Date(lastUsedAt).toISOString(),
  };
}
