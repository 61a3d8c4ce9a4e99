/**
 * Handler of the route of logs. It only translates.
 */
import type { LogKeeper } from '../../runtime/logs/log-keeper.ts';
import type { LogLine } from '../../runtime/logs/log-line.ts';
import type { Store } from '../../runtime/store/store.ts';
import type { ApiHandlers } from '../bind-routes.ts';
import { appNotFound } from '../request-errors.ts';
import type { Services } from '../services.ts';

/** The handler, over the logs that the server keeps. */
export function logApi({ logs, store }: Pick<Services, 'logs' | 'store'>): Pick<ApiHandlers, 'logs'> {
  return {
    async logs({ params: { environment }, query, signal }) {
      const { app, function: functionName, call, container, source, search, tail, follow } = query;
      const since = query.since && Date.parse(query.since);
      const until = query.until && Date.parse(query.until);
      const keeper = await logs.get();
      if (app !== undefined) await checkApp(keeper, store, environment, app);
      const filter = {
        ...{ environment, app, functionName, callId: call, containerId: container, source, search },
        ...(since !== undefined && { since: since as number }),
        ...(until !== undefined && { until: until as number }),
      };
      return replies(keeper.read(filter, { tail, follow: follow ?? false, signal }));
    },
  };
}

/** An app is known by a deployment, or by lines that are left of it. Throws APP_NOT_FOUND. */
async function checkApp(keeper: LogKeeper, store: Store, environment: string, app: string): Promise<void> {
  const names = (await store.deployments.apps(environment)).map(({ name }) => name);
  if (names.includes(app)) return;
  for await (const _line of keeper.read({ environment, app }, { tail: 1 })) return;
  throw appNotFound(app, environment, names);
}

async function* replies(lines: AsyncIterable<LogLine>) {
  for await (const { at, app, functionName, callId, containerId, source, text } of lines) {
    yield {
      ...{ at: new Date(at).toISOString(), app, source, text },
      function: functionName ?? null,
      call: callId ?? null,
      container: containerId ?? null,
    };
  }
}
