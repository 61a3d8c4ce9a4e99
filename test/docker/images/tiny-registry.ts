/**
 * A registry in this process that serves one small image, or refuses in the way a test asks for.
 *
 * It speaks as much of the distribution protocol as a pull needs. The image has no shell; its layer is random, so
 * that no engine holds it already.
 */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { packContext, textEntry } from '../../../src/runtime/images/build-context.ts';

export type RegistryMood = 'open' | 'asks-for-login' | 'forbids' | 'limits-rate' | 'lacks-image';

export type TinyRegistry = AsyncDisposable & {
  host: string;
  reference: string;
  mood: RegistryMood;
  /** Of the image that the tag names. */
  readonly digest: string;
  /** Names another image by the tag. */
  move(): Promise<void>;
};

export const LOGIN = { username: 'cart', password: 'heavy:load' };

const MANIFEST_TYPE = 'application/vnd.docker.distribution.manifest.v2+json';

/** What the registry serves: a manifest, and what it names. */
async function tinyImage() {
  const layer = await buffer(
    packContext([textEntry('random.txt', randomBytes(1_000_000).toString('base64'))]),
  );
  const config = Buffer.from(
    JSON.stringify({
      architecture: process.arch === 'x64' ? 'amd64' : process.arch,
      os: 'linux',
      config: {},
      rootfs: { type: 'layers', diff_ids: [digestOf(layer)] },
    }),
  );
  const blobs = new Map([layer, config].map((blob) => [digestOf(blob), blob]));
  const part = (mediaType: string, blob: Buffer) => ({
    mediaType,
    size: blob.length,
    digest: digestOf(blob),
  });
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST_TYPE,
      config: part('application/vnd.docker.container.image.v1+json', config),
      layers: [part('application/vnd.docker.image.rootfs.diff.tar', layer)],
    }),
  );
  return { blobs, manifest };
}

export async function openTinyRegistry(): Promise<TinyRegistry> {
  let { blobs, manifest } = await tinyImage();
  const state = { mood: 'open' as RegistryMood };

  const server = http.createServer((request, response) => {
    const refusal = refusalOf(state.mood, request);
    const path = request.url ?? '';
    const blob = blobs.get(path.split('/blobs/')[1] ?? '');
    if (refusal !== undefined) {
      const headers = { 'content-type': 'application/json', 'www-authenticate': 'Basic realm="tiny"' };
      response
        .writeHead(refusal.status, headers)
        .end(JSON.stringify({ errors: [{ code: refusal.code, message: refusal.code }] }));
    } else if (path === '/v2/')
      response.writeHead(200, { 'docker-distribution-api-version': 'registry/2.0' }).end('{}');
    else if (path.startsWith('/v2/tiny/manifests/')) {
      const headers = { 'content-type': MANIFEST_TYPE, 'docker-content-digest': digestOf(manifest) };
      response.writeHead(200, { ...headers, 'content-length': manifest.length });
      response.end(request.method === 'HEAD' ? undefined : manifest);
    } else if (blob !== undefined) {
      response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': blob.length });
      response.end(request.method === 'HEAD' ? undefined : blob);
    } else response.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    get mood() {
      return state.mood;
    },
    set mood(mood) {
      state.mood = mood;
    },
    host,
    reference: `${host}/tiny:1`,
    get digest() {
      return digestOf(manifest);
    },
    async move() {
      ({ blobs, manifest } = await tinyImage());
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function refusalOf(
  mood: RegistryMood,
  request: http.IncomingMessage,
): { status: number; code: string } | undefined {
  const wanted = `Basic ${Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString('base64')}`;
  const inside = (request.url ?? '').startsWith('/v2/tiny/');
  if (mood === 'asks-for-login' && request.headers.authorization !== wanted)
    return { status: 401, code: 'UNAUTHORIZED' };
  if (mood === 'forbids' && inside) return { status: 403, code: 'DENIED' };
  if (mood === 'limits-rate' && inside) return { status: 429, code: 'TOOMANYREQUESTS' };
  if (mood === 'lacks-image' && inside) return { status: 404, code: 'MANIFEST_UNKNOWN' };
  return undefined;
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
