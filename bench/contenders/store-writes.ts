/**
 * Durable small writes to the store by 512 callers at once, as a program that serves rounds.
 *
 * Each caller replaces a secret of its own, and waits until that is accepted.
 */
import { randomBytes } from 'node:crypto';
import { builtModule } from '../repository.ts';
import { serveRounds } from './serve-rounds.ts';
import { storeFolder } from './store-folder.ts';

const CALLERS = 512;

const { openStore } =
  await builtModule<typeof import('../../src/runtime/store/open-store.ts')>('runtime/store/open-store');
const store = await openStore(storeFolder());
const sealed = { keyId: 'bench', nonce: randomBytes(12), ciphertext: randomBytes(64) };

serveRounds(
  async (calls) => {
    let left = calls;
    const callAgain = async (_: unknown, caller: number) => {
      const secret = { environment: 'main', name: `s${caller}`, keys: ['TOKEN'], at: 1, seal: () => sealed };
      while (left-- > 0) await store.secrets.put(secret, { replace: true });
    };
    await Promise.all(Array.from({ length: CALLERS }, callAgain));
  },
  () => store.close(),
);
