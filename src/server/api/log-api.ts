/**
 * Handler of the route of logs. It only translates.
 */
import type { LogLine } from '../../runtime/logs/log-line.ts';
import type { ApiHandlers } from '../bind-routes.ts';
import type { Services } from '../services.ts';

/** The handler, over the logs that the server keeps. */
export function logApi({ logs }: Pick<Services, 'logs'>): Pick<ApiHandlers, 'logs'> {
  return {
    async logs({ params: { environment }, query, signal }) {
      const { app, function: functionName, call, container, source, search, tail, follow } = query;
      const since = query.since && Date.parse(query.since);
      const until = query.until && Date.parse(query.until);
      const keeper = await logs.get();
      const filter = {
        ...{ environment, app, functionName, callId: call, containerId: container, source, search },
        ...(since !== undefined && { since: since as number }),
        ...(until !== undefined && { until: until as number }),
      };
      return replies(keeper.read(filter, { tail, follow: follow ?? false, signal }));
    },
  };
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
