/**
 * Which packages the app's own code still needs once its local entrypoints are taken out.
 *
 * A build of the user's own files alone, every package external: esbuild drops the imports that nothing uses
 * any more, directly or through functions that nothing calls. The packages themselves are not read.
 */
import { readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { isInstalledFile, stripPlugin } from './bundle-files.ts';
import { importedNames } from './imported-names.ts';

/** The specifiers that own code imports for use, as written. */
export async function neededPackages(
  options: BuildOptions,
  own: readonly string[],
): Promise<ReadonlySet<string>> {
  const { metafile } = await build({
    ...options,
    sourcemap: false,
    metafile: true,
    plugins: [stripPlugin(own), externalPackages],
  });
  const outputs = Object.values(metafile?.outputs ?? {});
  return new Set(outputs.flatMap(({ imports }) => imports.map(({ path }) => path)));
}

const externalPackages: Plugin = {
  name: 'external-packages',
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, async (args) => {
      if (args.pluginData === 'resolving' || args.kind === 'entry-point' || isBuiltin(args.path))
        return undefined;
      const { importer, kind, resolveDir, path } = args;
      const found = await build.resolve(path, { importer, kind, resolveDir, pluginData: 'resolving' });
      if (found.errors.length === 0 && !found.external && !isInstalledFile(found.path)) return undefined;
      const bare =
        kind !== 'import-statement' || importedNames(importer, await readFile(importer, 'utf8'), path).bare;
      return { path, external: true, sideEffects: bare };
    });
  },
};
