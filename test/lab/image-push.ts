/**
 * Puts an image made of layers into a registry.
 *
 * Speaks the registry's HTTP interface directly: no engine is needed to make the lab's base images.
 * It does not make layers.
 *
 * Invariants
 * - the tag is written last, so an image that can be named is complete
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { ImageLayer } from './image-layer.ts';

/** What to push and how it starts. */
export type ImageToPush = {
  /** Repository with its namespace, for example `library/node`. */
  repository: string;
  tag: string;
  layers: { layer: ImageLayer; createdBy: string }[];
  env: Record<string, string>;
  cmd: string[];
  entrypoint?: string[];
};

const MANIFEST_TYPE = 'application/vnd.docker.distribution.manifest.v2+json';

/** Uploads what the registry lacks, then names the image. */
export async function pushImage(registryUrl: string, image: ImageToPush): Promise<void> {
  const repositoryUrl = `${registryUrl}/v2/${image.repository}`;
  for (const { layer } of image.layers) {
    await uploadBlob(repositoryUrl, layer.digest, layer.size, () =>
      Readable.toWeb(createReadStream(layer.file)),
    );
  }
  const config = Buffer.from(JSON.stringify(imageConfig(image)));
  const configDigest = `sha256:${createHash('sha256').update(config).digest('hex')}`;
  await uploadBlob(repositoryUrl, configDigest, config.length, () => Readable.toWeb(Readable.from([config])));
  const manifest = {
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: {
      mediaType: 'application/vnd.docker.container.image.v1+json',
      size: config.length,
      digest: configDigest,
    },
    layers: image.layers.map(({ layer: { size, digest } }) => ({
      mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
      size,
      digest,
    })),
  };
  await ask(`${repositoryUrl}/manifests/${image.tag}`, {
    method: 'PUT',
    headers: { 'content-type': MANIFEST_TYPE },
    body: JSON.stringify(manifest),
  });
}

/** Whether the registry has this tag. */
export async function hasImage(registryUrl: string, repository: string, tag: string): Promise<boolean> {
  const url = `${registryUrl}/v2/${repository}/manifests/${tag}`;
  return (await fetch(url, { method: 'HEAD', headers: { accept: MANIFEST_TYPE } })).ok;
}

function imageConfig({ layers, env, cmd, entrypoint }: ImageToPush) {
  const created = new Date().toISOString();
  return {
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    os: 'linux',
    created,
    config: {
      Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
      Cmd: cmd,
      ...(entrypoint && { Entrypoint: entrypoint }),
    },
    rootfs: { type: 'layers', diff_ids: layers.map(({ layer }) => layer.diffId) },
    history: layers.map(({ createdBy }) => ({ created, created_by: createdBy })),
  };
}

async function uploadBlob(
  repositoryUrl: string,
  digest: string,
  size: number,
  open: () => ReadableStream,
): Promise<void> {
  if ((await fetch(`${repositoryUrl}/blobs/${digest}`, { method: 'HEAD' })).ok) return;
  const started = await ask(`${repositoryUrl}/blobs/uploads/`, { method: 'POST' });
  const target = new URL(started.headers.get('location') ?? '', repositoryUrl);
  target.searchParams.set('digest', digest);
  await ask(target, {
    method: 'PUT',
    headers: { 'content-type': 'application/octet-stream', 'content-length': String(size) },
    body: open(),
    duplex: 'half',
  });
}

async function ask(url: string | URL, init: RequestInit & { duplex?: 'half' }): Promise<Response> {
  const response = await fetch(url, init);
  if (response.ok) return response;
  throw new Error(`${init.method} ${url} answered ${response.status}: ${await response.text()}`);
}
