/**
 * The apps of a server without the server: real containers in child processes, a real store, and app files that are
 * deployed as the command line does it.
 */
import path from 'node:path';
import { encodeBundleBlob } from '../../src/protocol/bundle.ts';
import type { DeployRequest } from '../../src/protocol/deployment.ts';
import { openApp } from '../../src/runtime/app/open-app.ts';
import { BlobFolder, blobDigest } from '../../src/runtime/blobs/blob-folder.ts';
import type { HostedAppListener, HostedApps } from '../../src/runtime/deployments/hosted-apps.ts';
import { openHostedApps } from '../../src/runtime/deployments/open-hosted-apps.ts';
import { placeLocalTrees } from '../../src/runtime/images/local-trees.ts';
import { openStore } from '../../src/runtime/store/open-store.ts';
import type { Store } from '../../src/runtime/store/store.ts';

export interface DeployBench extends AsyncDisposable {
  readonly apps: HostedApps;
  readonly store: Store;
  readonly blobs: BlobFolder;
  /** What a deploy of an app file asks, with its blobs already sent. */
  request(file: string, more?: Partial<DeployRequest>): Promise<DeployRequest>;
  /** The result of a call. */
  call(app: string, name: string, ...args: unknown[]): Promise<unknown>;
}

/** Opens the apps of a data folder. */
export async function deployBench(
  dataFolder: string,
  listener?: HostedAppListener,
  where: Parameters<typeof openHostedApps>[0]['where'] = { backend: 'process' },
): Promise<DeployBench> {
  const store = await openStore(dataFolder);
  const blobs = new BlobFolder(path.join(dataFolder, 'blobs'));
  const apps = openHostedApps({
    ...{ dataFolder, store, blobs, env: {}, where },
    ...(listener !== undefined && { listener }),
  });
  return {
    ...{ apps, store, blobs },
    request: (file, more) => deployRequest(blobs, file, more),
    call: async (app, name, ...args) => {
      const found = apps.find('main', app);
      if (found === undefined) throw new Error(`${app} does not serve`);
      return found.started.invoker.submit({ app, function: name }, args).result;
    },
    [Symbol.asyncDispose]: async () => {
      await apps.close();
      await store.close();
    },
  };
}

/** What the command line would send for an app file; everything large is among the blobs when this resolves. */
export async function deployRequest(
  blobs: BlobFolder,
  file: string,
  more: Partial<DeployRequest> = {},
): Promise<DeployRequest> {
  const opened = await openApp(file);
  const { manifest, blobs: files } = await placeLocalTrees(opened.manifest);
  for (const [digest, { open }] of files) await blobs.put(digest, open());
  const bundles: Record<string, string> = {};
  for (const { name } of manifest.functions) {
    const bytes = encodeBundleBlob(await opened.bundleFor(name));
    bundles[name] = blobDigest(bytes);
    await blobs.putBytes(bytes);
  }
  const localSecrets = Object.fromEntries(await opened.localSecrets());
  return {
    ...{ environment: 'main', manifest, bundles },
    ...(Object.keys(localSecrets).length > 0 && { localSecrets }),
    meta: { client: '0.0.0', deployedBy: 'tester' },
    ...more,
  };
}
