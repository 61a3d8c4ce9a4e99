/**
 * Brings blobs to a server: asks which it lacks, and sends those, several at a time.
 *
 * What was sent before is there: a deploy that was broken off goes on where it ended.
 *
 * Invariants
 * - nothing is read that the server has
 * - the first failure ends it, once what is being sent then has ended
 */
import { MAX_DIGESTS } from '../protocol/api/blob-routes.ts';
import type { ServerClient } from './server-client.ts';

/** Sent at a time: enough to hide the way to the server, few enough for a slow one. */
const AT_ONCE = 6;

/** A content to bring. */
export interface BlobToSend {
  /** SHA-256, hexadecimal. */
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
  /** The content; asked for only where it is sent. */
  open(): Uint8Array | AsyncIterable<Uint8Array>;
}

/** What was sent, of what. */
export interface SentBlobs {
  /** Blobs that the server lacked. */
  readonly blobs: number;
  readonly bytes: number;
}

/** Brings those that are missing. `onSent` is told after each one how far it is, and first of all before the first. */
export async function sendBlobs(
  client: ServerClient,
  blobs: readonly BlobToSend[],
  onSent: (sent: SentBlobs, all: SentBlobs) => void = () => {},
): Promise<SentBlobs> {
  const byDigest = new Map(blobs.map((blob) => [blob.digest, blob]));
  const missing = (await missingOf(client, [...byDigest.keys()])).flatMap((each) => byDigest.get(each) ?? []);
  const all = { blobs: missing.length, bytes: missing.reduce((sum, { size }) => sum + size, 0) };
  if (missing.length === 0) return all;
  const sent = { blobs: 0, bytes: 0 };
  onSent(sent, all);
  const queue = missing.values();
  const failed = new AbortController();
  const sender = async () => {
    for (const blob of queue) {
      if (failed.signal.aborted) return;
      await client.request('putBlob', { params: { digest: blob.digest }, body: blob.open() });
      sent.blobs++;
      sent.bytes += blob.size;
      onSent(sent, all);
    }
  };
  const senders = Array.from({ length: Math.min(AT_ONCE, missing.length) }, () =>
    sender().catch((error: unknown) => {
      failed.abort();
      throw error;
    }),
  );
  // All of them, so that nothing goes on behind the back of who is told of the failure.
  const outcomes = await Promise.allSettled(senders);
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  return all;
}

async function missingOf(client: ServerClient, digests: readonly string[]): Promise<string[]> {
  const missing: string[] = [];
  for (let from = 0; from < digests.length; from += MAX_DIGESTS) {
    const asked = digests.slice(from, from + MAX_DIGESTS);
    missing.push(...(await client.request('missingBlobs', { body: { digests: asked } })).missing);
  }
  return missing;
}
