import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { ensureImages } from '../../../src/runtime/images/ensure-image.ts';
import { imageReference } from '../../../src/runtime/images/image-tag.ts';
import { Image } from '../../../src/sdk/image.ts';
import { danglingImages, openWay, unique, waysToBuild } from './ways-to-build.ts';

const base = Image.node('24');

/** Command lines of this machine's processes; those in containers of a local engine among them. */
async function commandLines(): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  // A process that ends between the two looks has no command line any more.
  return Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
}

describe.each(waysToBuild())('aborting a build: $title', (way) => {
  it("ends with the signal's reason and leaves neither processes nor images", async () => {
    await using host = await openWay(way);
    const before = await danglingImages(host.client);
    const abort = new AbortController();
    const reason = new Error('interrupted');
    const seconds = `${3_600 + Math.random()}`;
    const image = unique(base).runCommands(`echo running; sleep ${seconds}`);
    const runs = async () => (await commandLines()).some((line) => line.includes(seconds));
    const onProgress = (_: string, progress: { kind: string }) => {
      if (progress.kind === 'log') abort.abort(reason);
    };
    const ensured = ensureImages([image.recipe], host.images, onProgress, { env: {}, signal: abort.signal });
    await expect(ensured).rejects.toBe(reason);
    await expect.poll(runs).toBe(false);
    expect(await host.images.hasImage(imageReference(image.recipe))).toBe(false);
    expect(await danglingImages(host.client)).toEqual(before);
  });

  it('starts nothing where the signal was aborted before', async () => {
    await using host = await openWay(way);
    const signal = AbortSignal.abort(new Error('too late'));
    const image = unique(base).runCommands('true');
    await expect(host.ensure(image, { signal })).rejects.toThrow('too late');
    expect(host.progress).toEqual([]);
  });
});
