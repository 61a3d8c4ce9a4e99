/**
 * What `dray run` prints and writes: result, progress, prints of the app, documents.
 */
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { dray, drayJson } from '../../helpers/run-command.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

const APP = `import { App } from 'dray';
const app = new App('print');
export const say = app.function(async (text: string) => {
  console.log('out ' + text);
  console.error('err ' + text);
  return text;
});
export const bytes = app.function(async () => new Uint8Array([0, 255, 10, 0xc3, 0x28]));
export const nothing = app.function(async () => {});
export const values = app.function(async () => ({
  when: new Date(0), big: 10n ** 20n, map: new Map([['a', 1]]), set: new Set([1]), list: [undefined, null],
}));
export const binary = app.function(async () => {
  process.stdout.write(Buffer.from([0, 1, 2, 255, 254, 10]));
  return 1;
});
export const fails = app.function(async () => {
  throw new Error('no');
});
export const main = app.localEntrypoint(async ({ times = 1 }: { times?: number }) => {
  console.log('local print');
  for (let n = 0; n < times; n++) await say.remote(String(n));
  return { times };
});
`;

async function folderWithApp() {
  return tempFolder({ 'app.ts': APP });
}

it('prints the result last on stdout, and nothing of its own under --quiet', async () => {
  await using folder = await folderWithApp();
  const args = ['run', '-q', '--backend', 'process', 'app.ts', '--times', '2'];
  const { exitCode, stdout, stderr } = await dray(args, { cwd: folder.path });
  expect(exitCode).toBe(0);
  expect(stdout).toBe('local print\nout 0\nout 1\n{\n  "times": 2\n}\n');
  expect(stderr).toBe('err 0\nerr 1\n');
});

it('prints bytes as they are, and nothing for undefined', async () => {
  await using folder = await folderWithApp();
  await dray(['run', '-w', 'bytes.bin', '--backend', 'process', 'app.ts::bytes'], { cwd: folder.path });
  expect([...(await readFile(folder.file('bytes.bin')))]).toEqual([0, 255, 10, 0xc3, 0x28]);
  const nothing = await dray(['run', '--backend', 'process', 'app.ts::nothing'], { cwd: folder.path });
  expect(nothing).toMatchObject({ exitCode: 0, stdout: '' });
});

it('writes the result to a file as well, as it would print it', async () => {
  await using folder = await folderWithApp();
  const args = ['run', '--write-result', 'result.json', '--backend', 'process', 'app.ts::values'];
  const { exitCode, stdout } = await dray(args, { cwd: folder.path });
  expect(exitCode).toBe(0);
  expect(await readFile(folder.file('result.json'), 'utf8')).toBe(stdout.trimEnd());
  expect(JSON.parse(stdout)).toEqual({
    when: '1970-01-01T00:00:00.000Z',
    big: '100000000000000000000',
    map: { a: 1 },
    set: [1],
    list: [null, null],
  });
});

it('says that the file for the result cannot be written', async () => {
  await using folder = await folderWithApp();
  const args = ['run', '-w', 'no/such/folder.json', '--backend', 'process', 'app.ts::values'];
  const { exitCode, stderr } = await dray(args, { cwd: folder.path });
  expect(exitCode).toBe(3);
  expect(stderr).toContain('Code: RESULT_NOT_WRITTEN');
});

it('keeps stdout for one document under --json; prints of the app go to stderr', async () => {
  await using folder = await folderWithApp();
  const { document, exitCode, stderr } = await drayJson(
    ['run', '--json', '--backend', 'process', 'app.ts', '--times', '2'],
    { cwd: folder.path },
  );
  expect(exitCode).toBe(0);
  expect(document).toEqual({
    app: 'print',
    entrypoint: 'main',
    result: { times: 2 },
    calls: { succeeded: 2, failed: 0 },
    images: [],
    containers: 1,
    durationMs: expect.any(Number),
  });
  expect(stderr.split('\n').sort()).toEqual(['', 'err 0', 'err 1', 'local print', 'out 0', 'out 1']);
});

it('gives an error as a document under --json, with the exit code of its kind', async () => {
  await using folder = await folderWithApp();
  const failed = await drayJson(['run', '--json', '--backend', 'process', 'app.ts::fails'], {
    cwd: folder.path,
  });
  expect(failed.exitCode).toBe(1);
  expect(failed.document).toMatchObject({
    error: { code: 'FUNCTION_THREW', message: 'fails threw Error: no', ref: 'docs/errors.md#function_threw' },
  });
  const usage = await drayJson(['run', '--json', '--backend', 'process', 'app.ts::nowhere'], {
    cwd: folder.path,
  });
  expect(usage.exitCode).toBe(2);
  expect(usage.document).toMatchObject({ error: { code: 'FUNCTION_NOT_FOUND' } });
});

it('heads lines of containers with their time under --timestamps', async () => {
  await using folder = await folderWithApp();
  const args = ['run', '--timestamps', '--backend', 'process', 'app.ts::say', '--text', 'hey'];
  const { stdout } = await dray(args, { cwd: folder.path });
  expect(stdout).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z out hey\nhey\n$/);
});

it('passes on bytes that are no text', async () => {
  await using folder = await folderWithApp();
  const { exitCode, stdout } = await dray(['run', '--json', '--backend', 'process', 'app.ts::binary'], {
    cwd: folder.path,
  });
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ result: 1 });
});

it('refuses an option and a backend that do not exist', async () => {
  await using folder = await folderWithApp();
  const backend = await dray(['run', '--backend', 'podman', 'app.ts'], { cwd: folder.path });
  expect(backend.exitCode).toBe(2);
  expect(backend.stderr).toContain('docker');
  expect(backend.stderr).toContain('process');
  const option = await dray(['run', '--quite', 'app.ts'], { cwd: folder.path });
  expect(option.exitCode).toBe(2);
  expect(option.stderr).toContain('--quite');
});
