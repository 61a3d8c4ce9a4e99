import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Image } from '../../../src/sdk/image.ts';
import type { LabEngine } from '../../lab/lab-data.ts';
import { LOGIN, openTinyRegistry } from './tiny-registry.ts';
import { openWay, removeImage, waysToBuild } from './ways-to-build.ts';

/** A DOCKER_CONFIG that holds a login as `docker login` writes it. */
async function loggedIn(host: string, engine: LabEngine) {
  const folder = await mkdtemp(path.join(tmpdir(), 'dray-login-'));
  const auth = Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString('base64');
  await writeFile(path.join(folder, 'config.json'), JSON.stringify({ auths: { [host]: { auth } } }));
  await symlink(path.join(engine.dockerConfigDir, 'cli-plugins'), path.join(folder, 'cli-plugins'));
  return { DOCKER_CONFIG: folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

describe.each(waysToBuild())('pulling: $title', (way) => {
  it('pulls what is missing, tells how much came, and then has it', async () => {
    await using host = await openWay(way);
    await using registry = await openTinyRegistry();
    await using _ = { [Symbol.asyncDispose]: () => removeImage(host.client, registry.reference) };
    const image = Image.fromRegistry(registry.reference);
    expect(await host.ensure(image)).toMatchObject({
      reference: registry.reference,
      pulled: true,
      built: false,
    });
    const last = host.progress.at(-1);
    expect(last).toEqual({
      kind: 'download',
      receivedBytes: expect.any(Number),
      totalBytes: expect.any(Number),
    });
    if (last?.kind === 'download')
      expect([last.receivedBytes > 1_000_000, last.receivedBytes]).toEqual([true, last.totalBytes]);
    expect(await host.ensure(image)).toMatchObject({ pulled: false });
  });

  it('pulls and builds with the login that the user has stored', async () => {
    await using registry = await openTinyRegistry();
    registry.mood = 'asks-for-login';
    await using login = await loggedIn(registry.host, way.engine);
    await using host = await openWay(way, { DOCKER_CONFIG: login.DOCKER_CONFIG });
    await using _ = { [Symbol.asyncDispose]: () => removeImage(host.client, registry.reference) };
    const image = Image.fromRegistry(registry.reference);
    expect(await host.ensure(image.workdir('/a'))).toMatchObject({ built: true });
    expect(await host.ensure(image)).toMatchObject({ reference: registry.reference });
  });

  it('pulls one tag, not all, of a reference without any', async () => {
    await using host = await openWay(way);
    await using registry = await openTinyRegistry();
    const reference = `${registry.host}/tiny`;
    await using _ = { [Symbol.asyncDispose]: () => removeImage(host.client, reference) };
    await host.ensure(Image.fromRegistry(reference));
    const { RepoTags } = await host.client.docker.getImage(reference).inspect();
    expect(RepoTags).toEqual([`${reference}:latest`]);
  });

  it("ends a pull at once with the signal's reason", async () => {
    await using host = await openWay(way);
    await using registry = await openTinyRegistry();
    const abort = new AbortController();
    const reason = new Error('interrupted');
    const pull = host.images.pullImage(registry.reference, () => abort.abort(reason), abort.signal);
    await expect(pull).rejects.toBe(reason);
    expect(await host.images.hasImage(registry.reference)).toBe(false);
  });
});
