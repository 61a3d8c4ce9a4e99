/**
 * Functions in images that have no Node, or none that is recent.
 */
import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { describe, expect, inject, it } from 'vitest';
import { packContext, textEntry } from '../../src/runtime/images/build-context.ts';
import '../lab/lab-data.ts';
import { dockerApp, dockerOf } from './docker-app.ts';

const where = `async () => ({
  path: process.execPath,
  major: process.versions.node.split('.')[0],
  libraries: process.env.LD_LIBRARY_PATH ?? '',
  child: (await import('node:child_process')).execFileSync(process.execPath, ['-p', '1 + 1']).toString().trim(),
})`;

const BORROWED = { path: '/opt/dray/node/bin/node', major: '24', libraries: '', child: '2' };

describe.each(inject('lab').engines)('on Docker $version', (engine) => {
  it('images of glibc, of musl and of Python run Node from a volume, an old Node included', async () => {
    await using app = await dockerApp(
      `export const debian = app.function({ image: Image.fromRegistry('debian:bookworm-slim') }, ${where});
       export const alpine = app.function({ image: Image.fromRegistry('alpine:3.22') }, ${where});
       export const python = app.function({ image: Image.python('3.11') }, ${where});
       export const old = app.function({ image: Image.fromRegistry('debian:bookworm-slim').runCommands(
         'printf "#!/bin/sh\\\\necho v18.20.4\\\\n" > /usr/bin/node && chmod 755 /usr/bin/node') }, ${where});
       export const own = app.function({ image: Image.fromRegistry('debian:bookworm-slim').dockerfileCommands(
         'COPY --from=node:24-bookworm-slim /usr/local/bin/node /usr/local/bin/node') }, ${where});
       export const main = app.localEntrypoint(async () =>
         Promise.all([debian, alpine, python, old, own].map((each) => each.remote())));`,
      {},
      engine,
    );
    const { document, stderr } = await app.json('-q', 'app.ts');
    expect({ result: document.result, stderr }).toEqual({
      result: [
        BORROWED,
        { ...BORROWED, libraries: '/opt/dray/node/lib' },
        BORROWED,
        BORROWED,
        { ...BORROWED, path: '/usr/local/bin/node' },
      ],
      stderr: '',
    });

    const docker = dockerOf(engine);
    const volumes = await docker.listVolumes({ filters: JSON.stringify({ label: ['dev.dray.node'] }) });
    const names = volumes.Volumes?.map(({ Name }) => Name);
    expect(names).toEqual(expect.arrayContaining(['dray-node-24-glibc', 'dray-node-24-musl']));
  });

  it('what is borrowed cannot be changed by a function', async () => {
    await using app = await dockerApp(
      `export const main = app.function({ image: Image.fromRegistry('alpine:3.22') }, async () => {
         const { unlinkSync } = await import('node:fs');
         try { unlinkSync(process.execPath); return 'removed'; } catch (error) { return error.code; }
       });`,
      {},
      engine,
    );
    expect((await app.json('-q', 'app.ts')).document.result).toBe('EROFS');
  });

  it('an image for another processor is told apart from one that cannot run Node', async () => {
    const docker = dockerOf(engine);
    const tag = `dray.localhost/test-${process.hrtime.bigint()}:1`;
    const layer = await buffer(packContext([textEntry('bin/sh', 'for another machine')]));
    const config = JSON.stringify({
      architecture: process.arch === 'x64' ? 'arm64' : 'amd64',
      os: 'linux',
      config: {},
      rootfs: { type: 'layers', diff_ids: [`sha256:${createHash('sha256').update(layer).digest('hex')}`] },
    });
    const manifest = JSON.stringify([{ Config: 'config.json', RepoTags: [tag], Layers: ['layer.tar'] }]);
    const archive = packContext([
      textEntry('config.json', config),
      textEntry('manifest.json', manifest),
      { path: 'layer.tar', mode: 0o644, content: { kind: 'bytes', bytes: layer } },
    ]);
    const stream = await docker.loadImage(archive);
    await new Promise((resolve) => stream.resume().once('end', resolve));
    try {
      await using app = await dockerApp(
        `export const main = app.function({ image: Image.fromRegistry('${tag}') }, async () => 1);`,
        {},
        engine,
      );
      const { exitCode, stderr } = await app.run('-q', 'app.ts');
      expect(exitCode).toBe(3);
      expect(stderr).toMatch(/is for (?:arm64|amd64), and the Docker host is (?:arm64|amd64)/);
      expect(stderr).toContain('Code: IMAGE_WRONG_ARCHITECTURE');
    } finally {
      await docker.getImage(tag).remove({ force: true });
    }
  });
});
