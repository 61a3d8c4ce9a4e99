import { describe, expect, it } from 'vitest';
import { NodeLender } from '../../../../src/runtime/images/borrowed-node.ts';
import type { ImageHost, ImageScript } from '../../../../src/runtime/images/image-host.ts';
import { ImageNotes } from '../../../../src/runtime/images/image-notes.ts';
import { NODE_PROBE } from '../../../../src/runtime/images/node-probe.ts';
import { Image } from '../../../../src/sdk/image.ts';
import { tempFolder } from '../../../helpers/temp-folder.ts';

const silent = () => {};
const { recipe } = Image.fromRegistry('alpine:3.22');

/** A host that answers what it is told, and notes what it was asked. */
function memoryHost(probe: string, { architecture = 'amd64', tryCode = 0, volume = 'a' } = {}) {
  const scripts: ImageScript[] = [];
  const pulls: string[] = [];
  const host: ImageHost = {
    hasImage: async () => false,
    pullImage: async (reference) => void pulls.push(reference),
    buildImage: () => Promise.reject(new Error('nothing is built')),
    describeImage: async (reference) => ({ id: `id of ${reference}`, architecture, env: [] }),
    architecture: async () => 'amd64',
    runScript: async (script) => {
      scripts.push(script);
      if (script.script === NODE_PROBE) return { code: 0, output: probe };
      const filling = script.mount?.readOnly === false;
      return { code: filling ? 0 : tryCode, output: 'v24.1.0' };
    },
    ensureVolume: async (name) => `${name} ${volume}`,
  };
  return { host, scripts, pulls };
}

const lender = (host: ImageHost, notes?: ImageNotes) => new NodeLender({ host, notes });

describe('NodeLender', () => {
  it('asks nothing of a host for an image that says it has Node', async () => {
    const { host, scripts } = memoryHost('');
    expect(await lender(host).nodeFor(Image.node('24').recipe, 'node:24', silent)).toBeUndefined();
    expect(scripts).toEqual([]);
  });

  it('looks once at an image, fills a volume once, and tries it', async () => {
    await using folder = await tempFolder();
    const { host, scripts, pulls } = memoryHost('musl\nlooked');
    const notes = new ImageNotes(folder.path);
    const borrowed = await lender(host, notes).nodeFor(recipe, 'alpine:3.22', silent);
    expect(borrowed).toMatchObject({ volume: 'dray-node-24-musl', target: '/opt/dray/node' });
    expect(borrowed?.command.slice(0, 2)).toEqual(['/bin/sh', '-c']);
    expect(pulls).toEqual(['node:24-alpine']);
    expect(scripts.map(({ image, mount }) => [image, mount?.readOnly])).toEqual([
      ['alpine:3.22', undefined],
      ['node:24-alpine', false],
      ['alpine:3.22', true],
    ]);
    // Another command of the same machine knows it all.
    expect(await lender(host, new ImageNotes(folder.path)).nodeFor(recipe, 'alpine:3.22', silent)).toEqual(
      borrowed,
    );
    expect(scripts).toHaveLength(3);
  });

  it('fills a volume anew that somebody removed', async () => {
    await using folder = await tempFolder();
    const notes = new ImageNotes(folder.path);
    await lender(memoryHost('musl\nlooked').host, notes).nodeFor(recipe, 'alpine:3.22', silent);
    const { host, scripts } = memoryHost('musl\nlooked', { volume: 'b' });
    await lender(host, notes).nodeFor(recipe, 'alpine:3.22', silent);
    expect(scripts.map(({ image }) => image)).toEqual(['node:24-alpine']);
  });

  it('fills one volume for several images at once', async () => {
    const { host, scripts } = memoryHost('glibc\ncxx\nlooked');
    const one = lender(host);
    const [first] = await Promise.all([
      one.nodeFor(recipe, 'debian:12', silent),
      one.nodeFor(recipe, 'ubuntu:24', silent),
    ]);
    expect(first?.command).toEqual(['/opt/dray/node/bin/node']);
    expect(scripts.filter(({ mount }) => mount?.readOnly === false)).toHaveLength(1);
  });

  it('keeps nothing of an image in which the Node does not run, and says what it said', async () => {
    await using folder = await tempFolder();
    const notes = new ImageNotes(folder.path);
    const { host, scripts } = memoryHost('glibc\ncxx\nlooked', { tryCode: 1 });
    for (const looks of [1, 2]) {
      await expect(lender(host, notes).nodeFor(recipe, 'centos:7', silent)).rejects.toMatchObject({
        code: 'IMAGE_CANNOT_RUN',
        details: 'v24.1.0',
      });
      expect(scripts.filter(({ script }) => script === NODE_PROBE)).toHaveLength(looks);
    }
  });

  it('tells an image for another processor', async () => {
    const { host } = memoryHost('exec format error', { architecture: 'arm64' });
    await expect(lender(host).nodeFor(recipe, 'alpine:3.22', silent)).rejects.toMatchObject({
      code: 'IMAGE_WRONG_ARCHITECTURE',
      message: 'the image alpine:3.22 is for arm64, and the Docker host is amd64',
    });
  });
});
