/**
 * `dray image` on a real engine: the images that apps built, their logs, and what of them goes.
 */
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { ImageListResult } from '../../src/commands/image/list.ts';
import type { ImagePruneResult } from '../../src/commands/image/prune.ts';
import { madeImage } from '../docker/containers/present-image.ts';
import { dray, drayJson } from '../helpers/run-command.ts';
import { tempFolder } from '../helpers/temp-folder.ts';
import { dockerApp, dockerOf, engineEnvironment, newestEngine, type RunDocument } from './docker-app.ts';

it('lists what an app built, shows how, and removes what was replaced and nothing else', async () => {
  await using home = await tempFolder();
  await using foreign = await madeImage(newestEngine().dockerHost, 'node:24-bookworm-slim', ['LABEL a=b']);
  const app = (commands: string) => `export const main = app.function({ image: Image.node('24')
    .env({ RECIPE: '${randomUUID()}' }).runCommands(${commands}, { forceBuild: true }) }, async () => 1);`;
  await using built = await dockerApp(
    app(`'echo how it was built; cat /proc/sys/kernel/random/uuid > /stamp'`),
  );
  const options = { cwd: built.folder.path, env: { ...engineEnvironment(newestEngine()), HOME: home.path } };
  const run = async () =>
    (await drayJson<RunDocument>(['run', '--json', 'app.ts'], options)).document.images[0]?.tag ?? '';
  const list = async () =>
    (await drayJson<ImageListResult>(['image', 'list', '--json'], options)).document.images;
  const reference = await run();
  const first = (await list()).find((image) => image.reference === reference);
  expect(first).toMatchObject({
    apps: [built.name],
    base: expect.stringMatching(/^node:24-bookworm-slim@sha256:\w{64}$/),
    containers: 0,
  });

  const name = reference.split(':')[1]?.slice(0, 12) ?? '';
  const { stdout: log } = await dray(['image', 'logs', name], options);
  expect(log).toContain(`# ${reference} of ${built.name}, 20`);
  expect(log).toMatch(
    /# runCommands\("echo how it was built.*\n(?:.*\n)*how it was built\n(?:.*\n)*\n# built\n$/,
  );
  const { stdout: table } = await dray(['image', 'list'], options);
  expect(table).toMatch(new RegExp(`${name}  \\d+ MB  ${built.name}  20`));

  // Built anew: the image of before has no name any more, and goes.
  expect(await run()).toBe(reference);
  const pruned = await drayJson<ImagePruneResult>(['image', 'prune', '--yes', '--json'], options);
  expect(pruned.document).toMatchObject({ removed: true, volumes: [] });
  expect(pruned.document.images.map(({ id }) => id)).toContain(first?.id);
  const left = await list();
  expect(left.map(({ id }) => id)).not.toContain(first?.id);
  expect(left.map((image) => image.reference)).toContain(reference);
  const docker = dockerOf(newestEngine());
  expect((await docker.getImage(foreign.tag).inspect()).RepoTags).toContain(`${foreign.tag}:latest`);
  await docker.getImage(reference).remove();
});

it('keeps the log of a build that failed, and the error says where', async () => {
  await using home = await tempFolder();
  await using app = await dockerApp(
    `export const main = app.function({ image: Image.node('24').runCommands(
       'seq 1 300; echo ${randomUUID()}; exit 7') }, async () => 1);`,
  );
  const options = { cwd: app.folder.path, env: { ...engineEnvironment(newestEngine()), HOME: home.path } };
  const { stderr } = await dray(['run', '-q', 'app.ts'], options);
  expect(stderr).not.toContain('\n  200\n');
  const [, name = ''] = /see all that was printed: dray image logs (\w{12})/.exec(stderr) ?? [];
  const { stdout } = await dray(['image', 'logs', name], options);
  expect(stdout).toContain('\n200\n');
  expect(stdout).toMatch(/\n# failed: building the image failed at runCommands/);
  const unknown = await dray(['image', 'logs', 'ffffffff'], options);
  expect(unknown).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('Code: IMAGE_LOG_NOT_FOUND'),
  });
});
