/**
 * Routes of blobs: what a deploy brings, each content once and by its digest.
 */
import { z } from 'zod';
import type { ApiRoute } from './api-route.ts';
import { digest } from './field-schemas.ts';

/** 8 GiB: the local files of images may be models. */
const MAX_BLOB_BYTES = 8 * 1_073_741_824;
/** Digests that are asked after at once. */
export const MAX_DIGESTS = 10_000;

const missingRequest = z.object({ digests: z.array(digest).max(MAX_DIGESTS) }).meta({ id: 'BlobsAsked' });
const missingReply = z.object({ missing: z.array(digest) }).meta({ id: 'BlobsMissing' });
const putReply = z
  .object({ stored: z.boolean().describe('False where it was there already') })
  .meta({ id: 'BlobStored' });

export const BLOB_ROUTES = {
  missingBlobs: {
    method: 'post',
    path: '/v1/blobs/missing',
    summary: 'Which of these blobs a deploy has to bring',
    access: 'deploy',
    body: missingRequest,
    maxBodyBytes: 1_048_576,
    reply: missingReply,
  },
  putBlob: {
    method: 'put',
    path: '/v1/blobs/{digest}',
    summary: 'Keep a content under its SHA-256',
    access: 'deploy',
    params: z.object({ digest }),
    encoding: 'bytes',
    maxBodyBytes: MAX_BLOB_BYTES,
    reply: putReply,
  },
} as const satisfies Record<string, ApiRoute>;
