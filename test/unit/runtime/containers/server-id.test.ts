import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { serverIdIn } from '../../../../src/runtime/containers/server-id.ts';
import { tempFolder } from '../app/temp-app.ts';

describe('the id of a server', () => {
  it('is made once for a folder, and stays', async () => {
    using folder = tempFolder({});
    const [id, ...others] = await Promise.all([1, 2, 3].map(() => serverIdIn(folder.file('data'))));
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect([...others, await serverIdIn(folder.file('data'))]).toEqual([id, id, id]);
    expect(statSync(folder.file('data/server-id')).mode & 0o777).toBe(0o600);
    expect(readFileSync(folder.file('data/server-id'), 'utf8')).toBe(`${id}\n`);
  });

  it('differs from folder to folder', async () => {
    using folder = tempFolder({});
    expect(await serverIdIn(folder.file('a'))).not.toBe(await serverIdIn(folder.file('b')));
  });

  it('is not guessed where the file holds something else', async () => {
    using folder = tempFolder({});
    writeFileSync(folder.file('server-id'), 'damaged');
    await expect(serverIdIn(folder.file('.'))).rejects.toThrow('holds no id');
  });
});
