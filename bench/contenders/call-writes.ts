/**
 * Durable calls by 512 callers at once, as a program that serves rounds: each is accepted, then settled.
 */
import { builtModule } from '../repository.ts';
import { serveRounds } from './serve-rounds.ts';
import { storeFolder } from './store-folder.ts';

const CALLERS = 512;

const { openStore } =
  await builtModule<typeof import('../../src/runtime/store/open-store.ts')>('runtime/store/open-store');
const store = await openStore(storeFolder());
const { calls } = store;
const [payload, nothing] = [new Uint8Array(32).fill(7), new Uint8Array()];
const call = {
  ...{ environment: 'main', app: 'bench', functionName: 'noop', method: '', origin: 'spawn' },
  ...{ parameters: nothing, overrides: nothing, payload, acceptedAt: 1 },
} as const;

/** As src/shared/ids.ts makes them: those of one time begin alike. */
let next = 0;
const newId = () => `fc-${String(next++).padStart(22, '0')}`;

serveRounds(
  async (rounds) => {
    let left = rounds;
    const callAgain = async () => {
      while (left-- > 0) {
        const { id } = await calls.accept({ ...call, id: newId() });
        await calls.settle([{ id, state: 'succeeded', payload, settledAt: 2 }]);
      }
    };
    await Promise.all(Array.from({ length: CALLERS }, callAgain));
  },
  () => store.close(),
);
