import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../../../helpers/temp-folder.ts';

const THROWS = `
function deep(n: number): never { if (n > 0) return deep(n - 1); throw new RangeError('deep'); }
class Thing {
  constructor(readonly bad: boolean) { if (bad) throw new TypeError('made badly', { cause: new Error('why') }); }
  async method(): Promise<void> { await null; deep(1); }
}
class Named extends Error { override name = 'NamedError'; }
export const ways: Record<string, () => unknown> = {
  deep: () => deep(2),
  method: async () => { await new Thing(false).method(); },
  constructed: () => new Thing(true),
  arrow: () => [1].map(() => { throw new Named('in an arrow'); }),
  ofNode: () => process.getBuiltinModule('node:fs').readFileSync(7.5 as never),
  noEntry: () => process.getBuiltinModule('node:fs').readFileSync('/not/there'),
  captured: () => { const site: { stack?: string } = {}; Error.captureStackTrace(site); throw new Error(site.stack); },
  evaluated: () => eval('throw new Error("evaluated")'),
};
`;

/** The stacks of all ways to throw, by Node's own reading of the source map or by ours. */
async function stacks(mapped: 'by Node' | 'by us'): Promise<Record<string, string>> {
  await using folder = await tempFolder({ 'throws.ts': THROWS });
  const source = folder.file('throws.ts');
  const out = path.join(folder.path, 'out');
  await mkdir(out);
  const { outputFiles } = await build({
    entryPoints: [source],
    outfile: path.join(out, 'app.mjs'),
    bundle: true,
    write: false,
    format: 'esm',
    keepNames: true,
    sourcemap: 'linked',
    logLevel: 'error',
  });
  for (const { path: file, text } of outputFiles) await writeFile(file, text);
  const program = `
    import { readFileSync } from 'node:fs';
    const url = ${JSON.stringify(new URL(`file://${out}/app.mjs`).href)};
    const { mapStacks } = await import(${JSON.stringify(new URL('../../../../src/runtime/runner/mapped-stacks.ts', import.meta.url).href)});
    if (${mapped === 'by Node'}) process.setSourceMapsEnabled(true);
    else {
      const map = JSON.parse(readFileSync(new URL(url + '.map')));
      map.sources = map.sources.map((source) => new URL(source, url).href);
      mapStacks(url, JSON.stringify(map));
    }
    const { ways } = await import(url);
    const found = {};
    for (const [name, way] of Object.entries(ways)) {
      try { await way(); } catch (error) { found[name] = error.stack; }
    }
    console.log(JSON.stringify(found));`;
  const { stdout } = await execa(process.execPath, ['--input-type=module', '-e', program]);
  return JSON.parse(stdout.replaceAll(folder.path, '/author'));
}

describe('stacks', () => {
  it('are those of Node with source maps, to the letter', async () => {
    const [ours, theirs] = await Promise.all([stacks('by us'), stacks('by Node')]);
    expect(Object.keys(ours)).toHaveLength(8);
    expect(ours.method).toContain('    at async method (/author/throws.ts:10:');
    expect(ours.ofNode).toContain('TypeError [ERR_INVALID_ARG_TYPE]: ');
    expect(ours).toEqual(theirs);
  });
});
