/**
 * Puts the HTTP side of a server together: the API, its document, the pages, and what holds for every answer.
 *
 * It listens to nothing; http-listener.ts does.
 */
import { Hono } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import { openapiDocument } from '../protocol/api/openapi.ts';
import type { AccessRecords } from '../runtime/store/access-records.ts';
import type { Gate } from './access/authenticate.ts';
import { type DeviceRequestOptions, DeviceRequests } from './access/device-requests.ts';
import { RateLimit } from './access/rate-limit.ts';
import { SignIn } from './access/sign-in.ts';
import { appsApi } from './api/apps-api.ts';
import { blobsApi } from './api/blobs-api.ts';
import { callsApi } from './api/calls-api.ts';
import { containerApi } from './api/container-api.ts';
import { deviceApi } from './api/device-api.ts';
import { environmentsApi } from './api/environments-api.ts';
import { logApi } from './api/log-api.ts';
import { schedulesApi } from './api/schedules-api.ts';
import { secretsApi } from './api/secrets-api.ts';
import { serverApi } from './api/server-api.ts';
import { tokensApi } from './api/tokens-api.ts';
import { bindRoutes } from './bind-routes.ts';
import { errorReply } from './error-reply.ts';
import { bindDevicePages } from './pages/device-pages.ts';
import { routeUnknown } from './request-errors.ts';
import type { ServerFacts } from './server-facts.ts';
import type { Services } from './services.ts';

export interface ServerAppOptions {
  readonly access: AccessRecords;
  readonly facts: ServerFacts;
  /** Who is let in. */
  readonly gate: Gate;
  /** Where people reach the server, behind a proxy for instance. Default: the address that a request was made to. */
  readonly publicUrl?: string | undefined;
  readonly device?: DeviceRequestOptions;
  /** What handlers work with. */
  readonly services: Services;
  /** Told of errors that no kind describes. */
  onDefect(error: unknown): void;
}

/** The application. */
export function createServerApp(options: ServerAppOptions): Hono {
  const { facts, gate, publicUrl, services, onDefect } = options;
  const app = new Hono();
  const { tokens } = gate;
  const signIn = new SignIn(options.access);
  const requests = new DeviceRequests(options.device);
  const asking = new RateLimit({ burst: 20, refillMs: 3_000 });

  app.use(secureHeaders({ referrerPolicy: 'same-origin' }));
  bindRoutes(
    app,
    {
      ...serverApi(facts),
      ...tokensApi(tokens),
      ...deviceApi({ requests, tokens, asking, publicUrl }),
      ...blobsApi(services),
      ...appsApi(services),
      ...callsApi(services),
      ...schedulesApi(services),
      ...secretsApi(services),
      ...environmentsApi(services),
      ...logApi(services),
      ...containerApi(services),
    },
    { ...gate, ending: services.ending, onDefect },
  );
  const document = openapiDocument(facts.version);
  app.get('/openapi.json', (c) => c.json(document));
  bindDevicePages(app, { requests, signIn, tries: new RateLimit({ burst: 10, refillMs: 6_000 }), publicUrl });
  app.notFound((c) => {
    const { status, document } = errorReply(routeUnknown(c.req.method, c.req.path));
    return c.json(document, status as 404);
  });
  app.onError((error, c) => {
    const { status, document } = errorReply(error);
    if (status === 500) onDefect(error);
    return c.json(document, status as 500);
  });
  return app;
}
