/**
 * A stored secret that a build step uses: from `dray secret create` to the step, and found nowhere afterwards.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { dray } from '../helpers/run-command.ts';
import { tempFolder } from '../helpers/temp-folder.ts';
import { dockerOf, engineEnvironment, newestEngine } from './docker-app.ts';
import { MarkerSearch } from './marker-search.ts';

it('reaches the step, and is in no image, log, note or output, of a build that fails either', async () => {
  const marker = `value-${randomBytes(16).toString('hex')}`;
  const search = new MarkerSearch(marker);
  const app = (name: string, command: string) => `import { App, Image, Secret } from 'dray';
const image = Image.node('24').env({ RECIPE: '${name}' })
  .runCommands(${JSON.stringify(command)}, { secrets: [Secret.fromName('hub', { requiredKeys: ['HUB_TOKEN'] })] });
const app = new App('${name}', { image });
export const main = app.function(async () => (await import('node:fs')).readFileSync('/digest', 'utf8').trim());
`;
  const name = `step-secret-${randomBytes(4).toString('hex')}`;
  const hash = 'echo "the step has $HUB_TOKEN"; printf %s "$HUB_TOKEN" | sha256sum | cut -d" " -f1 > /digest';
  await using folder = await tempFolder({
    'inside/app.ts': app(name, hash),
    'inside/failing.ts': app(`${name}-failing`, 'echo "it was $HUB_TOKEN"; exit 9'),
  });
  await mkdir(folder.file('inside/tmp'));
  const env = {
    ...engineEnvironment(newestEngine()),
    HOME: folder.file('inside'),
    TMPDIR: folder.file('inside/tmp'),
  };
  const options = { cwd: folder.file('inside'), env };
  const stored = await dray(['secret', 'create', 'hub', '--from-dotenv', '-'], {
    ...options,
    input: `HUB_TOKEN=${marker}\n`,
  });
  expect(stored.exitCode).toBe(0);

  const ran = await dray(['run', '--json', 'app.ts'], options);
  expect(ran.exitCode, ran.stderr).toBe(0);
  const { result, images } = JSON.parse(ran.stdout) as { result: string; images: { tag: string }[] };
  expect(result).toBe(createHash('sha256').update(marker).digest('hex'));
  const failed = await dray(['run', 'failing.ts'], options);
  expect(failed).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('it was ***') });

  expect(search.isIn(ran.stdout + ran.stderr + failed.stdout + failed.stderr)).toBe(false);
  // The notes and logs on images lie below the home as well.
  expect(await search.inFolder(folder.path)).toEqual([]);
  const docker = dockerOf(newestEngine());
  for (const { tag } of images) {
    const logs = await dray(['image', 'logs', tag], options);
    expect(logs.stdout).toContain('the step has ***');
    expect(await search.inImage(docker, tag)).toEqual([]);
    await docker.getImage(tag).remove({ force: true });
  }
});
