/**
 * Handlers of the routes of blobs. They only translate.
 */
import type { ApiHandlers } from '../bind-routes.ts';
import type { Services } from '../services.ts';

/** The handlers, over the blobs of the server and the apps that know which they need. */
export function blobsApi({ apps, blobs }: Services): Pick<ApiHandlers, 'missingBlobs' | 'putBlob'> {
  return {
    missingBlobs: async ({ body }) => (await apps.get()).missing(body.digests),
    putBlob: async ({ params, body }) => ({ stored: await (await blobs.get()).put(params.digest, body) }),
  };
}
