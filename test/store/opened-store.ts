/**
 * A store in a folder of its own, which goes with it.
 */
import { openStore } from '../../src/runtime/store/open-store.ts';
import type { Store } from '../../src/runtime/store/store.ts';
import { storeFolder } from './store-folder.ts';

export async function openedStore(): Promise<Store> {
  const folder = storeFolder();
  const store = await openStore(folder.path);
  const close = async () => {
    await store.close();
    folder[Symbol.dispose]();
  };
  return { ...store, [Symbol.asyncDispose]: close };
}
