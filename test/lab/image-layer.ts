/**
 * Turns a root folder or a tar stream into an image layer.
 *
 * A layer is a gzip file beside its two digests. It does not know what a layer means or where it goes.
 *
 * Invariants
 * - owners and modes in the layer are those of the folder, by number
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { execa } from 'execa';

/** A packed layer. */
export type ImageLayer = {
  file: string;
  size: number;
  /** Digest of the packed bytes. */
  digest: string;
  /** Digest of the unpacked tar. */
  diffId: string;
};

/** Packs everything below `folder` into `file`. */
export async function packFolder(folder: string, file: string): Promise<ImageLayer> {
  const tar = execa('tar', ['--numeric-owner', '--sort=name', '-C', folder, '-cf', '-', '.'], {
    encoding: 'buffer',
    buffer: false,
  });
  const [layer] = await Promise.all([packStream(tar.stdout, file), tar]);
  return layer;
}

/** Packs an existing tar file into `file`. */
export async function packTar(tarFile: string, file: string): Promise<ImageLayer> {
  return packStream(createReadStream(tarFile), file);
}

async function packStream(tar: Readable, file: string): Promise<ImageLayer> {
  const [plain, packed] = [createHash('sha256'), createHash('sha256')];
  const plainTap = new PassThrough().on('data', (part: Buffer) => plain.update(part));
  const packedTap = new PassThrough().on('data', (part: Buffer) => packed.update(part));
  // Level 1: the file never leaves this machine, time matters more than size.
  await pipeline(tar, plainTap, createGzip({ level: 1 }), packedTap, createWriteStream(file));
  const { size } = await stat(file);
  return { file, size, digest: `sha256:${packed.digest('hex')}`, diffId: `sha256:${plain.digest('hex')}` };
}
