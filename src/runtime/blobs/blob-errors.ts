/**
 * The errors of blobs that a user can meet. What the disk itself says is translated by the store's storeError.
 */
import { RefusedError } from '../../shared/errors.ts';

/** What was sent is not what its digest says. Nothing of it was kept. */
export function blobMismatch(digest: string, found: string): RefusedError {
  return new RefusedError('BLOB_MISMATCH', `the content sent as ${digest} is ${found}: nothing was kept`, {
    suggestions: ['try again; if it happens again, something on the way changes what is sent'],
  });
}

/** No blob of that digest. */
export function blobMissing(digest: string): RefusedError {
  return new RefusedError('BLOB_MISSING', `there is no blob ${digest}`, {
    suggestions: ['deploy the app again: what is missing is sent'],
  });
}
