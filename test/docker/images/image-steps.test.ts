import { describe, expect, it } from 'vitest';
import { Image } from '../../../src/sdk/image.ts';
import { openWay, unique, waysToBuild } from './ways-to-build.ts';

const base = Image.node('24');

describe.each(waysToBuild())('image steps: $title', (way) => {
  it('set the user of later steps and of containers', async () => {
    await using host = await openWay(way);
    const image = unique(base.runCommands('useradd -m carter && mkdir /w && chown carter /w'))
      .user('carter')
      .runCommands('id -un > /w/built-by');
    const { reference } = await host.ensure(image);
    expect(await host.output(reference, ['cat', '/w/built-by'])).toBe('carter');
    expect(await host.output(reference, ['id', '-un'])).toBe('carter');
  });

  it('set the shell of later commands, with its words kept whole', async () => {
    await using host = await openWay(way);
    const image = unique(base)
      .runCommands('echo "$0" > /before')
      .shell(['/bin/bash', '-euo', 'pipefail', '-c'])
      .runCommands('[[ -n "$BASH_VERSION" ]] && echo "$BASH_VERSION" > /after');
    const { reference } = await host.ensure(image);
    expect(await host.output(reference, ['cat', '/before'])).toBe('/bin/sh');
    expect(await host.output(reference, ['cat', '/after'])).toMatch(/^5\./);
    const failing = image.runCommands('false | true');
    await expect(host.ensure(failing)).rejects.toMatchObject({ code: 'IMAGE_BUILD_FAILED' });
  });

  it('take instructions of a Dockerfile, and name the one that fails', async () => {
    await using host = await openWay(way);
    const image = unique(base).dockerfileCommands(
      'EXPOSE 8080\nLABEL mine="yes"',
      'RUN echo one > /one \\\n  && echo two > /two',
      'COPY --from=debian:bookworm-slim /etc/debian_version /version',
    );
    const { reference } = await host.ensure(image.runCommands('cat /one /two > /both'));
    const { Config } = await host.client.docker.getImage(reference).inspect();
    expect(Config.ExposedPorts).toEqual({ '8080/tcp': {} });
    expect(Config.Labels).toMatchObject({ mine: 'yes' });
    expect(await host.output(reference, ['cat', '/both'])).toBe('one\ntwo');
    expect(await host.output(reference, ['cat', '/version'])).toMatch(/^12\./);
    await expect(host.ensure(image.runCommands('exit 3'))).rejects.toThrow('at runCommands("exit 3")');
    await expect(host.ensure(image.dockerfileCommands('RUN exit 3'))).rejects.toThrow(
      'at dockerfileCommands("RUN exit 3")',
    );
  });

  it('copy Node and npm into an image without', async () => {
    await using host = await openWay(way);
    const { recipe } = unique(Image.fromRegistry('debian:bookworm-slim'));
    const addNode = { kind: 'add-node', version: '24' } as const;
    const image = { recipe: { ...recipe, steps: [...recipe.steps, addNode] } };
    const { reference } = await host.ensure(image as unknown as Image);
    expect(await host.output(reference, ['node', '-p', 'process.versions.node.split(".")[0]'])).toBe('24');
    expect(await host.output(reference, ['npm', '--version'])).toMatch(/^\d+\./);
  });
});
