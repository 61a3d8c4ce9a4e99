/**
 * A folder of a test's own, with files in it, gone with the test.
 */
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface TempFolder extends AsyncDisposable {
  readonly path: string;
  /** The absolute path of a file in it. */
  file(name: string): string;
  /** Writes a file in it, its folders included. */
  write(name: string, text: string | Uint8Array): Promise<string>;
}

/** Makes the folder; `files` are contents by name. */
export async function tempFolder(
  files: Readonly<Record<string, string | Uint8Array>> = {},
): Promise<TempFolder> {
  // A path without links: what dray shows of files is then what the test expects.
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'dray-test-')));
  const file = (name: string) => path.join(folder, name);
  const write = async (name: string, text: string | Uint8Array) => {
    await mkdir(path.dirname(file(name)), { recursive: true });
    await writeFile(file(name), text);
    return file(name);
  };
  for (const [name, text] of Object.entries(files)) await write(name, text);
  return {
    path: folder,
    file,
    write,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}
