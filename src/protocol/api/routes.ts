/**
 * Every route of a server's HTTP API, in one table: the server binds a handler to each entry, the OpenAPI document is
 * made of it, and the client finds its addresses in it. Pages for people are not in it.
 *
 * A topic has a file of its own, with its routes and their schemas.
 */
import { DEVICE_ROUTES } from './device-routes.ts';
import { SERVER_ROUTES } from './server-routes.ts';
import { TOKEN_ROUTES } from './token-routes.ts';

export const API_ROUTES = { ...SERVER_ROUTES, ...TOKEN_ROUTES, ...DEVICE_ROUTES };

export type RouteName = keyof typeof API_ROUTES;
