/**
 * Images that are built or fetched although they are there, and the digest that says what they were built on.
 */
import { describe, expect, it } from 'vitest';
import { Image } from '../../../src/sdk/image.ts';
import { openTinyRegistry } from './tiny-registry.ts';
import { openWay, removeImage, unique, waysToBuild } from './ways-to-build.ts';

/** Each time it runs, a step leaves another text. */
const STAMP = (file: string) => `cat /proc/sys/kernel/random/uuid > ${file}`;

describe.each(waysToBuild())('building anew: $title', (way) => {
  it('a forced step runs at each start with those behind it, and is what an unforced recipe finds', async () => {
    await using host = await openWay(way);
    const before = unique(Image.node('24')).runCommands(STAMP('/first'));
    const forced = before.runCommands(STAMP('/second'), { forceBuild: true }).runCommands(STAMP('/third'));
    const plain = before.runCommands(STAMP('/second')).runCommands(STAMP('/third'));
    const stamps = async (image: Image, rebuild = {}) => {
      const { reference, built } = await host.ensure(image, { rebuild });
      return {
        built,
        reference,
        stamps: (await host.output(reference, ['cat', '/first', '/second', '/third'])).split('\n'),
      };
    };
    const one = await stamps(forced);
    const two = await stamps(forced);
    expect([one.built, two.built, two.reference]).toEqual([true, true, one.reference]);
    expect(two.stamps.map((stamp, index) => stamp === one.stamps[index])).toEqual([true, false, false]);
    // The same recipe without force has the same name, and nothing is left that would run its steps from elsewhere.
    expect(await stamps(plain)).toEqual({ ...two, built: false });
    expect(await stamps(forced, { forced: false })).toEqual({ ...two, built: false });
    // What was built without any memory is the image from then on.
    const three = await stamps(plain, { noCache: true });
    expect(three.stamps.map((stamp, index) => stamp === two.stamps[index])).toEqual([false, false, false]);
    expect(await stamps(plain)).toEqual({ ...three, built: false });
  });

  it('a tag that moved is fetched only when that is asked for, and what is built says on what', async () => {
    await using host = await openWay(way);
    await using registry = await openTinyRegistry();
    await using _ = { [Symbol.asyncDispose]: () => removeImage(host.client, registry.reference) };
    const image = Image.fromRegistry(registry.reference).env({ A: '1' });
    const labels = async () => {
      const { reference } = await host.ensure(image, {});
      const { Config } = await host.client.docker.getImage(reference).inspect();
      return Config.Labels['dev.dray.base'];
    };
    const first = await labels();
    expect(first).toBe(`${registry.reference}@${registry.digest}`);
    await registry.move();
    expect(registry.digest).not.toBe(first?.split('@')[1]);
    expect(await labels()).toBe(first);
    await host.ensure(image, { rebuild: { pull: true } });
    expect(await labels()).toBe(`${registry.reference}@${registry.digest}`);
  });
});
