/**
 * The templates on a real engine, from the repository as in the README.
 */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { dray, drayJson } from '../helpers/run-command.ts';
import { tempFolder } from '../helpers/temp-folder.ts';
import { engineEnvironment, newestEngine, type RunDocument } from './docker-app.ts';

const ROOT = path.join(import.meta.dirname, '../..');
/** Some megabytes of real text files. */
const TEXTS = path.join(ROOT, 'node_modules/@oclif');

it('hello greets from a container', async () => {
  await using home = await tempFolder();
  const env = { ...engineEnvironment(newestEngine()), HOME: home.path };
  const args = ['run', 'templates/hello/app.ts', '--name', 'Ada'];
  const { exitCode, stdout } = await dray(args, { cwd: ROOT, env });
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^Hello, Ada! This is Node 24\.\d+\.\d+ on linux\.\n$/);
  const { document } = await drayJson<RunDocument>(['run', '--json', ...args.slice(1)], { cwd: ROOT, env });
  expect(document).toMatchObject({
    app: 'hello',
    calls: { succeeded: 1, failed: 0 },
    images: [{ tag: 'node:24-bookworm-slim', built: false }],
    containers: 1,
  });
});

it('map counts the same words in parallel containers as a plain loop does here', async () => {
  await using home = await tempFolder();
  const env = { ...engineEnvironment(newestEngine()), HOME: home.path };
  const args = ['run', '--json', 'templates/map/app.ts', '--dir', TEXTS, '--check'];
  const { document, exitCode, stderr } = await drayJson<RunDocument>(args, { cwd: ROOT, env });
  expect(exitCode).toBe(0);
  const counted = await countHere(TEXTS);
  expect(document.result).toEqual({
    files: counted.files,
    words: counted.words.values().reduce((sum, count) => sum + count, 0),
    distinct: counted.words.size,
  });
  expect(counted.files).toBeGreaterThan(100);
  const [word, count] = [...counted.words].reduce((most, each) => (each[1] > most[1] ? each : most));
  expect(stderr).toContain(`${count}  ${word}\n`);
});

async function countHere(folder: string) {
  const words = new Map<string, number>();
  let files = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const text = /^[^.]+$|\.(?:md|txt|ts|js|mjs|cjs|json|css|html|yml|yaml)$|^\.[^.]+$/.test(entry.name);
    if (!entry.isFile() || !text) continue;
    const bytes = await readFile(path.join(entry.parentPath, entry.name));
    if (bytes.includes(0)) continue;
    files++;
    for (const [word] of bytes
      .toString('utf8')
      .toLowerCase()
      .matchAll(/[\p{L}\p{N}]+/gu)) {
      words.set(word, (words.get(word) ?? 0) + 1);
    }
  }
  return { files, words };
}

it('ffmpeg makes thumbnails of a video in parallel containers', async () => {
  await using home = await tempFolder();
  const env = { ...engineEnvironment(newestEngine()), HOME: home.path };
  const args = ['run', '--json', 'templates/ffmpeg/app.ts', '--width', '120', '--out', home.path];
  const { document, exitCode, stderr } = await drayJson<RunDocument>(args, { cwd: ROOT, env });
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  expect(document).toMatchObject({ result: { thumbnails: 4 }, calls: { succeeded: 5, failed: 0 } });
  const sizes = await Promise.all(
    ['0', '1', '2', '3'].map(async (second) => jpegSize(await readFile(home.file(`${second}.jpg`)))),
  );
  expect(sizes).toEqual(Array.from({ length: 4 }, () => ({ width: 120, height: 68 })));
});

/** From the frame header: FF C0, its length, a byte, height and width (ITU T.81, B.2.2). */
function jpegSize(bytes: Buffer) {
  const at = bytes.indexOf(Buffer.from([0xff, 0xc0]));
  return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) };
}

it('python trains a model in one container and asks it in another', async () => {
  await using home = await tempFolder();
  const env = { ...engineEnvironment(newestEngine()), HOME: home.path };
  const args = ['run', '--json', 'templates/python/app.ts'];
  const { document, exitCode, stderr } = await drayJson<RunDocument>(args, { cwd: ROOT, env });
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  expect(document).toMatchObject({ app: 'python', result: 'virginica', calls: { succeeded: 2, failed: 0 } });
  expect(stderr).toMatch(/trained: right about 8\d % of flowers/);
});
