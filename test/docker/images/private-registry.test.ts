/**
 * A registry that lets in one user, with each place where the login can be.
 */
import { chmod, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { placedRecipe } from '../../../src/runtime/app/place-recipe.ts';
import { packContext, textEntry } from '../../../src/runtime/images/build-context.ts';
import { ensureImages } from '../../../src/runtime/images/ensure-image.ts';
import { Image } from '../../../src/sdk/image.ts';
import { Secret } from '../../../src/sdk/secret.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';
import { endDaemon } from '../../lab/daemon.ts';
import { registryProgram } from '../../lab/engine-source.ts';
import { packTar } from '../../lab/image-layer.ts';
import { pushImage } from '../../lab/image-push.ts';
import { labObstacle } from '../../lab/lab-place.ts';
import { startRegistry } from '../../lab/registry-mirror.ts';
import { openWay, PLAIN_SHELL, removeImage, waysToBuild } from './ways-to-build.ts';

const USER = 'cart';
const PASSWORD = 'heavy:load';
/** bcrypt of the password, with the least work. */
const HASH = '$2b$05$abcdefghijklmnopqrstuupjk61Kdc9Yjw0cYkO0JXOHNcHolWIsC';

let folder: Awaited<ReturnType<typeof tempFolder>>;
let registry: Awaited<ReturnType<typeof startRegistry>>;
let reference = '';

describe.skipIf((await labObstacle()) !== undefined)('a private registry', () => {
  beforeAll(async () => {
    folder = await tempFolder({ htpasswd: `${USER}:${HASH}\n` });
    const program = await registryProgram(() => {});
    const place = { program, storage: folder.file('storage'), folder: folder.file('registry') };
    const open = await startRegistry(place);
    await writeFile(folder.file('layer.tar'), packContext([textEntry('private.txt', folder.path)]));
    const layer = await packTar(folder.file('layer.tar'), folder.file('layer.gz'));
    const image = { layers: [{ layer, createdBy: 'test' }], env: {}, cmd: ['/x'] };
    await pushImage(open.url, { ...image, repository: 'acme/private', tag: '1' });
    await endDaemon(open.process, 5_000);
    registry = await startRegistry({ ...place, htpasswd: folder.file('htpasswd') });
    reference = `${new URL(registry.url).host}/acme/private:1`;
  });

  afterAll(async () => {
    await endDaemon(registry.process, 5_000);
    await folder[Symbol.asyncDispose]();
  });

  /** A DOCKER_CONFIG that names a helper, which answers with this password. */
  async function helperConfig(name: string, password: string, plugins: string) {
    const file = (each: string) => folder.file(path.join(name, each));
    await folder.write(path.join(name, 'config.json'), JSON.stringify({ credsStore: name }));
    const answer = JSON.stringify({ ServerURL: '', Username: USER, Secret: password });
    await folder.write(
      path.join(name, `docker-credential-${name}`),
      `#!/bin/sh\ncat > /dev/null\necho '${answer}'\n`,
    );
    await chmod(file(`docker-credential-${name}`), 0o755);
    await symlink(path.join(plugins, 'cli-plugins'), file('cli-plugins')).catch(() => {});
    return { DOCKER_CONFIG: file(''), PATH: `${file('')}:${process.env.PATH}` };
  }

  describe.each(waysToBuild())('$title', (way) => {
    const get = async (image: Image, env = {}, values: Record<string, string> = {}) => {
      await using host = await openWay(way, env);
      await using _ = { [Symbol.asyncDispose]: () => removeImage(host.client, reference) };
      const ensured = await ensureImages([placedRecipe(image)], host.images, () => {}, {
        env: PLAIN_SHELL,
        secretsOf: async () => values,
      });
      for (const each of ensured) await removeImage(host.client, each.reference);
      return ensured[0];
    };
    const login = { REGISTRY_USERNAME: USER, REGISTRY_PASSWORD: PASSWORD };
    const withSecret = () => Image.fromRegistry(reference, { secret: Secret.fromObject(login) });

    it('lets in who has the login in a secret of the recipe', async () => {
      expect(await get(withSecret(), {}, login)).toMatchObject({ reference, pulled: true });
      expect(await get(withSecret().env({ A: folder.path }), {}, login)).toMatchObject({ built: true });
    });

    it('lets in who has it with a credential helper', async () => {
      const env = await helperConfig(
        `right-${way.builder}-${way.engine.name}`,
        PASSWORD,
        way.engine.dockerConfigDir,
      );
      expect(await get(Image.fromRegistry(reference), env)).toMatchObject({ pulled: true });
      expect(await get(Image.fromRegistry(reference).env({ A: folder.path }), env)).toMatchObject({
        built: true,
      });
    });

    it('refuses nobody and a wrong password in words that show neither, and say what was sent', async () => {
      const refusals = await Promise.all([
        get(Image.fromRegistry(reference)).catch((error: unknown) => error),
        get(withSecret(), {}, { ...login, REGISTRY_PASSWORD: 'not-the-password' }).catch(
          (error: unknown) => error,
        ),
      ]);
      expect(refusals).toMatchObject([
        { code: 'REGISTRY_DENIED', suggestions: [expect.stringContaining('docker login')] },
        {
          code: 'REGISTRY_DENIED',
          suggestions: [expect.stringContaining('the login that is known was sent')],
        },
      ]);
      const { message, details, suggestions, cause } = refusals[1] as Record<string, unknown>;
      const shown = [message, details, suggestions, String(cause)].join('\n');
      expect(shown).not.toContain('not-the-password');
      expect(shown).not.toContain(Buffer.from(`${USER}:not-the-password`).toString('base64'));
    });
  });
});
