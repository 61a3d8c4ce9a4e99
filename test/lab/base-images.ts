/**
 * Decides which base images the lab's mirror holds, and makes them.
 *
 * Official names, the lab's own content: slim Debian, and Node on top of it. The set is kept in the cache
 * under a key, so a change of recipe or of trusted certificates makes a new set. Python, which few tests
 * need, is added later and only when asked for (python-image.ts).
 *
 * Invariants
 * - a storage under its key holds every image of the set, complete
 * - product code needs no knowledge of this: names, user, command and paths are the official ones
 */
import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { endDaemon } from './daemon.ts';
import { PATH_IN_IMAGES, writeDebianRoot } from './debian-root.ts';
import { type ImageLayer, packFolder, packTar } from './image-layer.ts';
import { type ImageToPush, pushImage } from './image-push.ts';
import { imagesFolder } from './lab-folders.ts';
import { madeOnce } from './made-once.ts';
import { fillNodeRoot, type NodeMajor, NPM_OF_NODE } from './node-root.ts';
import { startRegistry } from './registry-mirror.ts';
import { certificateLayers, type TrustedCertificates, trustedCertificates } from './trusted-certificates.ts';

/** Raised when a recipe changes, so that older caches are not used. */
const RECIPE = 3;

type NamedLayer = ImageToPush['layers'][number];
type Ground = { layers: NamedLayer[]; env: Record<string, string> };

/** The registry storage with the base images, made the first time. */
export async function baseImages(registryProgram: string, log: (line: string) => void): Promise<string> {
  const trusted = trustedCertificates();
  const key = createHash('sha256')
    .update(JSON.stringify([RECIPE, trusted]))
    .digest('hex');
  const folder = path.join(imagesFolder(), key.slice(0, 16));
  await madeOnce(folder, async (temporary) => {
    log('making the base images (about a minute, once)');
    const workspace = path.join(temporary, 'work');
    const storage = path.join(temporary, 'storage');
    await Promise.all([mkdir(workspace), mkdir(storage)]);
    const registry = await startRegistry({ program: registryProgram, storage, folder: workspace });
    try {
      await pushAll(registry.url, workspace, trusted);
    } finally {
      await endDaemon(registry.process, 5000);
    }
    await rm(workspace, { recursive: true });
  });
  return path.join(folder, 'storage');
}

async function pushAll(registryUrl: string, workspace: string, trusted: TrustedCertificates | undefined) {
  const debianTar = path.join(workspace, 'debian.tar');
  await writeDebianRoot(debianTar);
  const ground: Ground = {
    layers: [
      {
        layer: await packTar(debianTar, path.join(workspace, 'debian.gz')),
        createdBy: 'mmdebstrap bookworm',
      },
      ...(await certificateLayers(workspace, trusted)),
    ],
    env: { PATH: PATH_IN_IMAGES, ...trusted?.env },
  };
  await pushImage(registryUrl, {
    repository: 'library/debian',
    tag: 'bookworm-slim',
    cmd: ['bash'],
    ...ground,
  });
  const majors = Object.keys(NPM_OF_NODE).map((major) => Number(major) as NodeMajor);
  await Promise.all(majors.map((major) => pushNode(registryUrl, workspace, major, ground, debianTar)));
}

async function pushNode(
  registryUrl: string,
  workspace: string,
  major: NodeMajor,
  ground: Ground,
  debianTar: string,
): Promise<void> {
  const root = path.join(workspace, `node-${major}`);
  const version = await fillNodeRoot(root, major, debianTar);
  const layer: ImageLayer = await packFolder(root, `${root}.gz`);
  await pushImage(registryUrl, {
    repository: 'library/node',
    tag: `${major}-bookworm-slim`,
    layers: [...ground.layers, { layer, createdBy: `node ${version}` }],
    env: { ...ground.env, NODE_VERSION: version },
    entrypoint: ['docker-entrypoint.sh'],
    cmd: ['node'],
  });
}
