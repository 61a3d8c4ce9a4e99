/**
 * Every route of a server's HTTP API, in one table: the server binds a handler to each entry, the OpenAPI document is
 * made of it, and the client finds its addresses in it. Pages for people are not in it.
 *
 * A topic has a file of its own, with its routes and their schemas.
 */
import { APP_ROUTES } from './app-routes.ts';
import { BLOB_ROUTES } from './blob-routes.ts';
import { CALL_ROUTES } from './call-routes.ts';
import { CONTAINER_ROUTES } from './container-routes.ts';
import { DEVICE_ROUTES } from './device-routes.ts';
import { ENVIRONMENT_ROUTES } from './environment-routes.ts';
import { LOG_ROUTES } from './log-routes.ts';
import { SCHEDULE_ROUTES } from './schedule-routes.ts';
import { SECRET_ROUTES } from './secret-routes.ts';
import { SERVER_ROUTES } from './server-routes.ts';
import { TOKEN_ROUTES } from './token-routes.ts';

export const API_ROUTES = {
  ...SERVER_ROUTES,
  ...LOG_ROUTES,
  ...CONTAINER_ROUTES,
  ...TOKEN_ROUTES,
  ...DEVICE_ROUTES,
  ...BLOB_ROUTES,
  ...APP_ROUTES,
  ...CALL_ROUTES,
  ...SCHEDULE_ROUTES,
  ...SECRET_ROUTES,
  ...ENVIRONMENT_ROUTES,
};

export type RouteName = keyof typeof API_ROUTES;
