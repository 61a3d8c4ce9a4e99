/**
 * An engine whose app lacks a secret does not even ask its host for an image.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { ContainerBackend } from '../../../src/runtime/containers/container-backend.ts';
import { createEngine } from '../../../src/runtime/engine/engine.ts';
import type { ImageHost, ImageStore } from '../../../src/runtime/images/image-host.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { appManifest } from '../../helpers/manifests.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

it('looks for no image before the secrets are there', async () => {
  await using folder = await tempFolder();
  process.env.DRAY_DATA_DIR = folder.path;
  const asked: string[] = [];
  const imageHost = {
    hasImage: async () => {
      asked.push('has');
      return false;
    },
    pullImage: async () => void asked.push('pull'),
    buildImage: async () => void asked.push('build'),
  } satisfies ImageStore as Partial<ImageHost> as ImageHost;
  const backend = {
    reapLeftovers: async () => 0,
    capacity: async () => ({ cpus: 2, memoryMiB: 1024 }),
    close: async () => {},
  } as Partial<ContainerBackend> as ContainerBackend;
  const engine = createEngine({ backend, imageHost, clock: systemClock });
  try {
    const manifest = appManifest({ secrets: [{ kind: 'name', name: 'none', requiredKeys: [] }] });
    // A bundle that takes its time: an image could be asked for meanwhile.
    const bundleFor = () => delay(300, { external: [], code: '', sourceMap: '', digest: '' });
    const request = { manifest, environment: 'main', bundleFor };
    const starting = engine.startApp(request, { onLog: () => {}, onImage: () => {} });
    await expect(starting).rejects.toMatchObject({ code: 'SECRET_NOT_FOUND' });
    expect(asked).toEqual([]);
  } finally {
    delete process.env.DRAY_DATA_DIR;
    await engine.close();
  }
});
