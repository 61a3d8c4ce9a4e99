import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BlobFolder, blobDigest } from '../../src/runtime/blobs/blob-folder.ts';
import { errorOf } from '../unit/runtime/app/temp-app.ts';
import { storeFolder } from './store-folder.ts';

const WRITER = fileURLToPath(new URL('../fixtures/programs/blob-writer.ts', import.meta.url));
const HOUR_MS = 3_600_000;

const bytes = (text: string) => new TextEncoder().encode(text);
const HELLO = bytes('hello');
const DIGEST = blobDigest(HELLO);

function blobFolder() {
  const folder = storeFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  const root = path.join(folder.path, 'blobs');
  return { root, blobs: new BlobFolder(root) };
}

async function* pieces(...texts: string[]) {
  for (const text of texts) yield bytes(text);
}

const incoming = (root: string) => readdirSync(path.join(root, 'incoming'));

/** Makes a file look as if it was written so long ago. */
function age(file: string, ms: number): void {
  const then = (Date.now() - ms) / 1_000;
  utimesSync(file, then, then);
}

describe('a blob', () => {
  it('is put once and read back, whole or in pieces', async () => {
    const { blobs } = blobFolder();
    expect(DIGEST).toBe('2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824');
    expect(blobs.has(DIGEST)).toBe(false);
    expect(await blobs.put(DIGEST, pieces('he', 'll', 'o'))).toBe(true);
    expect(await blobs.put(DIGEST, pieces('not read'))).toBe(false);
    expect(blobs.has(DIGEST)).toBe(true);
    expect((await blobs.read(DIGEST)).toString()).toBe('hello');
    expect(Buffer.concat(await blobs.open(DIGEST).toArray()).toString()).toBe('hello');
    expect(blobs.size(DIGEST)).toBe(5);
    expect(readFileSync(blobs.path(DIGEST), 'utf8')).toBe('hello');
  });

  it('is told by the digest that bytes have', async () => {
    const { blobs } = blobFolder();
    expect(await blobs.putBytes(HELLO)).toBe(DIGEST);
    expect(await blobs.putBytes(new Uint8Array(0))).toBe(blobDigest(new Uint8Array(0)));
    expect(blobs.missing([DIGEST, 'ab'.repeat(32), 'ab'.repeat(32)])).toEqual(['ab'.repeat(32)]);
  });

  it('belongs to its owner alone, with the folders it is in', async () => {
    const { root, blobs } = blobFolder();
    await blobs.put(DIGEST, HELLO);
    const mode = (file: string) => (statSync(file).mode & 0o777).toString(8);
    const file = blobs.path(DIGEST);
    expect([root, path.dirname(file), path.join(root, 'incoming'), file].map(mode)).toEqual([
      ...['700', '700', '700', '600'],
    ]);
  });

  it('is refused where it is not what its digest says, and nothing is left of it', async () => {
    const { root, blobs } = blobFolder();
    const error = await errorOf(blobs.put(DIGEST, pieces('hell')));
    expect(error).toMatchObject({ code: 'BLOB_MISMATCH', exitCode: 4 });
    expect(error.message).toContain(DIGEST);
    expect(error.message).toContain(blobDigest(bytes('hell')));
    expect(blobs.has(DIGEST)).toBe(false);
    expect(incoming(root)).toEqual([]);
    expect(await blobs.put(DIGEST, HELLO)).toBe(true);
  });

  it('leaves nothing where whoever sends it fails, whose error is passed on as it is', async () => {
    const { root, blobs } = blobFolder();
    const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', syscall: 'read' });
    const cutOff = (async function* () {
      yield bytes('he');
      throw reset;
    })();
    await expect(blobs.put(DIGEST, cutOff)).rejects.toBe(reset);
    expect(incoming(root)).toEqual([]);
  });

  it('can be put by many at once', async () => {
    const { root, blobs } = blobFolder();
    const put = await Promise.all(Array.from({ length: 16 }, () => blobs.put(DIGEST, pieces('hel', 'lo'))));
    expect(put).toContain(true);
    expect((await blobs.read(DIGEST)).toString()).toBe('hello');
    expect(incoming(root)).toEqual([]);
  });

  it.each(['', '../../etc/passwd', DIGEST.toUpperCase(), `${DIGEST}/x`])(
    'is never looked for outside: %j is no digest',
    async (digest) => {
      const { blobs } = blobFolder();
      expect(blobs.has(digest)).toBe(false);
      expect(await errorOf(blobs.read(digest))).toMatchObject({ code: 'BLOB_MISSING' });
      expect(await errorOf(blobs.put(digest, HELLO))).toMatchObject({ code: 'BLOB_MISMATCH' });
    },
  );

  it('that is not there is an error that says so', async () => {
    const { blobs } = blobFolder();
    for (const ask of [
      () => blobs.read(DIGEST),
      async () => blobs.open(DIGEST),
      async () => blobs.size(DIGEST),
    ])
      expect(await errorOf(ask())).toMatchObject({ code: 'BLOB_MISSING', exitCode: 4 });
  });
});

describe('collecting garbage', () => {
  it('removes what nobody keeps and is old enough', async () => {
    const { blobs } = blobFolder();
    const [kept, old, young] = await Promise.all(
      ['kept', 'old', 'young'].map((t) => blobs.putBytes(bytes(t))),
    );
    for (const digest of [kept, old]) age(blobs.path(digest as string), 2 * HOUR_MS);
    const collected = await blobs.collectGarbage(new Set([kept as string]), Date.now() - HOUR_MS);
    expect(collected).toEqual({ blobs: 1, bytes: 3 });
    expect(blobs.missing([kept, old, young] as string[])).toEqual([old]);
  });

  it('spares what somebody was told is there: it is about to be named', async () => {
    const { blobs } = blobFolder();
    const asked = await blobs.putBytes(bytes('asked for'));
    const again = await blobs.putBytes(bytes('put again'));
    for (const digest of [asked, again]) age(blobs.path(digest), 2 * HOUR_MS);
    expect(blobs.missing([asked])).toEqual([]);
    await blobs.putBytes(bytes('put again'));
    expect(await blobs.collectGarbage(new Set(), Date.now() - HOUR_MS)).toEqual({ blobs: 0, bytes: 0 });
  });
});

describe('a writer that is killed with -9', () => {
  it('leaves whole blobs alone, and what it left else is cleared', async () => {
    const { root } = blobFolder();
    const child = spawn(process.execPath, [WRITER, root], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    // It puts blobs one after another, and says so; one more is never finished.
    const said: string[] = [];
    for await (const text of child.stdout.setEncoding('utf8')) {
      said.push(text);
      if (said.join('').includes('writing')) break;
    }
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    expect(incoming(root)).toHaveLength(1);

    const blobs = new BlobFolder(root);
    const digests = said.join('').match(/[0-9a-f]{64}/g) ?? [];
    expect(digests.length).toBe(20);
    for (const digest of digests) expect(blobDigest(await blobs.read(digest))).toBe(digest);
    // It may be another process that is writing still.
    expect(incoming(root)).toHaveLength(1);
    for (const name of incoming(root)) age(path.join(root, 'incoming', name), 2 * HOUR_MS);
    new BlobFolder(root);
    expect(incoming(root)).toEqual([]);
  });
});
