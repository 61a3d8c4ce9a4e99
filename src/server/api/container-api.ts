/**
 * Handlers of the routes of containers, and finding the app of one. They only translate.
 */
import type { ContainerReply } from '../../protocol/api/container-routes.ts';
import type { ContainerInfo, StartedApp } from '../../protocol/control-plane.ts';
import { containerNotFound } from '../../runtime/containers/container-errors.ts';
import type { ApiHandlers } from '../bind-routes.ts';
import type { Services } from '../services.ts';

type Apps = Pick<Services, 'apps'>;

/** The handlers, over the apps that run. */
export function containerApi({ apps }: Apps): Pick<ApiHandlers, 'containers' | 'stopContainer'> {
  return {
    containers: async ({ params: { environment }, query }) => ({
      containers: running({ apps }, environment)
        .filter(({ app }) => query.app === undefined || app === query.app)
        .flatMap(({ app, started }) => started.containers().map((info) => reply(app, info)))
        .sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1)),
    }),
    async stopContainer({ params: { environment, container }, body: { graceful = false } }) {
      const { started } = appOfContainer({ apps }, environment, container);
      if (!started.stopContainer(container, { graceful })) throw containerNotFound(container);
      return { stopped: true };
    },
  };
}

/** The app that a container belongs to. Throws CONTAINER_NOT_FOUND. */
export function appOfContainer(services: Apps, environment: string, id: string): { started: StartedApp } {
  const found = running(services, environment).find(({ started }) =>
    started.containers().some((container) => container.id === id),
  );
  if (found === undefined) throw containerNotFound(id);
  return found;
}

/** Without an app that runs there is no container. */
function running({ apps }: Apps, environment: string) {
  return (apps.opened?.running() ?? []).filter((app) => app.environment === environment);
}

function reply(
  app: string,
  { id, functionName, state, draining, startedAt, running }: ContainerInfo,
): ContainerReply {
  return {
    ...{ id, app, state, draining, running },
    function: functionName,
    startedAt: new Date(startedAt).toISOString(),
  };
}
