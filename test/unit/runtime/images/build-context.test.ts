import { mkdtemp, readdir, readFile, readlink, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { type ContextEntry, packContext, textEntry } from '../../../../src/runtime/images/build-context.ts';

const files = {
  Dockerfile: 'FROM x\n',
  'ca-bundle.pem': 'é'.repeat(5_000),
  empty: '',
  block: 'x'.repeat(512),
  [`${'long/'.repeat(40)}${'n'.repeat(120)}`]: 'deep',
};
const entries = Object.entries(files).map(([name, text]) => textEntry(name, text));

async function temporaryFolder() {
  const folder = await mkdtemp(path.join(tmpdir(), 'dray-context-'));
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

it('packs what tar unpacks', async () => {
  await using temporary = await temporaryFolder();
  const { folder } = temporary;
  await execa('tar', ['-x', '-f', '-', '-C', folder], { input: packContext(entries) });
  const names = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
  expect(names.sort()).toEqual(Object.keys(files).sort());
  for (const [name, text] of Object.entries(files)) {
    expect(await readFile(path.join(folder, name), 'utf8')).toBe(text);
  }
});

it('packs files of the disk, links, folders and permissions', async () => {
  await using temporary = await temporaryFolder();
  const { folder } = temporary;
  const source = path.join(folder, 'large');
  const bytes = Buffer.alloc(3_000_001, 'abc');
  await writeFile(source, bytes);
  const packed: ContextEntry[] = [
    { path: 'out', mode: 0o750, content: { kind: 'folder' } },
    { path: 'out/run', mode: 0o755, content: { kind: 'file', source, size: bytes.length } },
    { path: 'out/link', mode: 0o777, content: { kind: 'link', target: 'run' } },
  ];
  await execa('tar', ['-x', '-p', '-f', '-', '-C', folder], { input: packContext(packed) });
  expect(await readFile(path.join(folder, 'out/run'))).toEqual(bytes);
  expect((await stat(path.join(folder, 'out/run'))).mode & 0o777).toBe(0o755);
  expect((await stat(path.join(folder, 'out'))).mode & 0o777).toBe(0o750);
  expect(await readlink(path.join(folder, 'out/link'))).toBe('run');
});

it('packs the same entries to the same bytes', async () => {
  expect(await buffer(packContext(entries))).toEqual(await buffer(packContext([...entries])));
});

it('names a file that is not as it was listed', async () => {
  await using temporary = await temporaryFolder();
  const source = path.join(temporary.folder, 'shrinks');
  await writeFile(source, 'x'.repeat(1_000));
  await truncate(source, 10);
  const entry: ContextEntry = {
    path: 'a',
    mode: 0o644,
    content: { kind: 'file', source, size: 1_000 },
  };
  await expect(buffer(packContext([entry, textEntry('b', 'b')]))).rejects.toMatchObject({
    code: 'CONTEXT_CHANGED',
    message: `${source} changed, or cannot be read, while it is sent to Docker`,
  });
  await rm(source);
  await expect(buffer(packContext([entry]))).rejects.toMatchObject({ code: 'CONTEXT_CHANGED' });
});
