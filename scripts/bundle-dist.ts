/**
 * Bundles dist/'s JavaScript: every command a file of its own, as oclif finds them, and beside them a few files that hold
 * nearly everything `dray run` loads.
 *
 * A module costs some 0.3 ms to find and load, and a run needs two hundred of them. What only other commands need stays
 * apart, so that nobody loads it for nothing. Nothing is minified: stacks name functions and can be read.
 *
 * Invariants
 * - packages of others are left to node_modules
 * - a module that finds files by its own URL is in a file just as deep in dist/ as it is in src/
 */
import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { type OutputChunk, rolldown } from 'rolldown';

/** What is loaded by its path in dist/: by oclif, by the user's imports of `dray`, and by bench/. */
const ENTRIES = [
  'src/{index,client}.ts',
  'src/cli/{help,command-not-found}.ts',
  'src/commands/**/*.ts',
  'src/runtime/*/open-*.ts',
  'src/sdk/context.ts',
];

/** Where a run enters the runtime, by `import()`. */
const RUN = [
  'src/runtime/app/open-app.ts',
  'src/runtime/engine/open-engine.ts',
  'src/runtime/containers/docker/docker-backend.ts',
  'src/runtime/containers/docker/docker-endpoint.ts',
  'src/runtime/containers/docker/docker-images.ts',
  'src/runtime/containers/docker/slim-dockerode.ts',
];

/** What stays loaded for long, and needs little of what a run does. */
const LASTING = ['src/server/start-server.ts', 'src/client.ts'];

/** Bundles src/ into `folder`. Throws where a file would look for others in the wrong place. */
export async function bundleDist(folder: string): Promise<void> {
  const entries = globSync(ENTRIES).sort();
  const [run, command, lasting] = await Promise.all([
    loadedWith(RUN),
    loadedWith(['src/commands/run.ts']),
    loadedWith(LASTING),
  ]);
  const bundle = await rolldown({
    input: Object.fromEntries(entries.map((file) => [outputName(path.resolve(file)), file])),
    platform: 'node',
    external: (id) => !id.startsWith('.') && !path.isAbsolute(id),
    // Modules that are fetched by import() to be loaded later may be in a file that is loaded anyway.
    checks: { ineffectiveDynamicImport: false },
  });
  const isIn = (modules: ReadonlySet<string>, ...folders: string[]) => {
    return (id: string) =>
      modules.has(local(id)) && folders.some((name) => local(id).startsWith(`src/${name}/`));
  };
  const { output } = await bundle.write({
    dir: folder,
    format: 'esm',
    keepNames: true,
    chunkFileNames: ({ name, facadeModuleId }) => `${facadeModuleId ? outputName(facadeModuleId) : name}.js`,
    codeSplitting: {
      groups: [
        { name: 'sdk/sdk', test: (id) => local(id).startsWith('src/sdk/') },
        { name: 'shared/shared', test: (id) => local(id).startsWith('src/shared/') },
        { name: 'cli/cli', test: isIn(command, 'cli', 'config') },
        // Apart from the rest of a run, so that a server and a client are small.
        {
          name: 'runtime/base/base',
          test: (id) => lasting.has(local(id)) && isIn(run, 'runtime', 'protocol', 'invocation')(id),
        },
        // What loads compilers: a server runs apps and opens none.
        { name: 'runtime/run/open', test: isIn(run, 'runtime/app', 'runtime/python') },
        { name: 'runtime/run/run', test: isIn(run, 'runtime', 'protocol', 'invocation') },
        // One for each module that several files share.
        { name: outputName, debugName: 'shared by several', minShareCount: 2 },
      ],
    },
  });
  await Promise.all(output.filter(isChunk).map(checkDepth));
}

/** A module and all that is loaded with it, without what it loads later. */
async function loadedWith(entryPoints: string[]): Promise<ReadonlySet<string>> {
  const { metafile } = await build({
    entryPoints,
    bundle: true,
    write: false,
    metafile: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    outdir: 'dist',
    logLevel: 'error',
  });
  const found = new Set<string>();
  const add = (file: string): void => {
    if (found.has(file)) return;
    found.add(file);
    for (const { kind, external, path: imported } of metafile.inputs[file]?.imports ?? []) {
      if (kind === 'import-statement' && external !== true) add(imported);
    }
  };
  for (const file of entryPoints) add(file);
  return found;
}

async function checkDepth({ fileName, moduleIds }: OutputChunk): Promise<void> {
  for (const id of moduleIds.filter((module) => path.isAbsolute(module))) {
    const source = path.relative('src', local(id));
    if (source.split('/').length === fileName.split('/').length) continue;
    if (/new URL\([^)]*import\.meta\.url/s.test(await readFile(id, 'utf8')))
      throw new Error(`src/${source} looks for files by its URL, and dist/${fileName} lies elsewhere`);
  }
}

function isChunk(output: { type: string }): output is OutputChunk {
  return output.type === 'chunk';
}

/** Its path below dist/, without the ending. */
function outputName(id: string): string {
  return path.relative('src', local(id)).replace(/\.ts$/, '');
}

/** The path of a module in the repository. */
function local(id: string): string {
  return path.relative(process.cwd(), id).replaceAll(path.sep, '/');
}
