/**
 * Looks at real engines, each of the lab.
 */
import { describe, expect, inject, it } from 'vitest';
import { connectDocker } from '../../../src/runtime/containers/docker/docker-client.ts';
import { LABELS } from '../../../src/runtime/containers/labels.ts';
import { formatOwner, thisOwner } from '../../../src/runtime/containers/owner.ts';
import { examine } from '../../../src/runtime/doctor/examine.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';
import { presentImage } from '../containers/present-image.ts';

const IMAGE = 'node:24-bookworm-slim';
const { engines } = inject('lab');

describe.each(engines)('on $name, Docker $version', ({ dockerHost, version, apiVersion }) => {
  async function examined() {
    await using folder = await tempFolder();
    const env = {
      DRAY_CONFIG_PATH: folder.file('.dray.toml'),
      DRAY_DATA_DIR: folder.file('data'),
      DRAY_DOCKER_HOST: dockerHost,
    };
    const findings = await examine({ flags: {}, env });
    return (check: string) => findings.filter((finding) => finding.check === check);
  }

  it('says what the engine is, and finds nothing wrong with it', async () => {
    const of = await examined();
    expect(of('docker')[0]).toMatchObject({
      level: 'ok',
      message: expect.stringMatching(
        new RegExp(
          `^Docker ${version.split('+')[0]}.* at ${dockerHost} \\(chosen by DRAY_DOCKER_HOST\\), API \\d`,
        ),
      ),
    });
    expect(of('docker')[0]?.message).toContain(`API ${apiVersion}`);
    expect(of('docker').map(({ level }) => level)).not.toContain('problem');
    expect(of('clock')).toEqual([expect.objectContaining({ level: 'ok' })]);
    expect(of('disk')).toHaveLength(1);
    expect(of('builder')).toHaveLength(1);
  });

  it('removes and counts the containers of a run that was killed, and no others', async () => {
    await presentImage(dockerHost, IMAGE);
    const client = await connectDocker({ host: dockerHost, source: 'DOCKER_HOST' });
    const create = (owner: string) =>
      client.docker.createContainer({ Image: IMAGE, Cmd: ['node'], Labels: { [LABELS.owner]: owner } });
    const alive = await create(formatOwner(thisOwner()));
    try {
      const dead = await create(formatOwner({ ...thisOwner(), startedAt: '0' }));
      const of = await examined();
      expect(of('leftovers')).toEqual([
        { check: 'leftovers', level: 'ok', message: 'removed 1 container of runs that were killed' },
      ]);
      await expect(dead.inspect()).rejects.toMatchObject({ statusCode: 404 });
      expect((await alive.inspect()).Id).toBe(alive.id);
    } finally {
      await alive.remove({ force: true });
      client.close();
    }
  });
});
