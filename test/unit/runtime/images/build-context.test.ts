import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { packContext } from '../../../../src/runtime/images/build-context.ts';

const files = {
  Dockerfile: 'FROM x\n',
  'ca-bundle.pem': 'é'.repeat(5_000),
  empty: '',
  block: 'x'.repeat(512),
};

it('packs what tar unpacks', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'dray-context-'));
  await using _ = { [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
  await execa('tar', ['-x', '-f', '-', '-C', folder], { input: packContext(files) });
  const names = await readdir(folder);
  expect(names.sort()).toEqual(Object.keys(files).sort());
  for (const [name, text] of Object.entries(files)) {
    expect(await readFile(path.join(folder, name), 'utf8')).toBe(text);
  }
});

it('packs the same files to the same bytes', () => {
  expect(packContext(files)).toEqual(packContext({ ...files }));
});

it('refuses a path that the header cannot hold', () => {
  expect(() => packContext({ ['x'.repeat(101)]: '' })).toThrow(RangeError);
});
