/**
 * Handlers of the routes about the server itself. They only translate.
 */
import type { ApiHandlers } from '../bind-routes.ts';
import type { ServerFacts } from '../server-facts.ts';

/** The handlers, over what the server knows of itself. */
export function serverApi(facts: ServerFacts): Pick<ApiHandlers, 'health' | 'server'> {
  return {
    health: () => ({ status: 'ok', version: facts.version }),
    server: () => ({
      version: facts.version,
      url: facts.url,
      pid: process.pid,
      startedAt: new Date(facts.startedAt).toISOString(),
      uptimeMs: Math.round(facts.uptimeMs()),
      requests: facts.requests(),
    }),
  };
}
