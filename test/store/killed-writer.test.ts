import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/runtime/store/open-store.ts';
import { generationOf } from './generations.ts';
import { integrity, storeFolder } from './store-folder.ts';
import { startWriter } from './store-writer.ts';

/** Kills in all, in lanes that run beside each other, each on a store of its own. */
const KILLS = 200;
const LANES = 4;
const CALLERS = 32;

/** A moment while it writes, at the latest this long after the first acknowledged write. */
const WRITING_MS = 40;
/** A moment while it starts and opens the store, at the latest this long after its process started. */
const STARTING_MS = 150;

describe('a writer that is killed with -9 under load', () => {
  it(`loses nothing acknowledged and tears nothing, at ${KILLS} random moments`, async () => {
    const lanes = Array.from({ length: LANES }, (_, lane) => killAgainAndAgain(lane, KILLS / LANES));
    const acknowledged = (await Promise.all(lanes)).flat();
    expect(acknowledged).toHaveLength(KILLS);
    // Else the kills came before there was anything to lose.
    expect(acknowledged.filter((count) => count > 0).length).toBeGreaterThan(KILLS / 2);
  });
});

/** How many writes were acknowledged before each kill. */
async function killAgainAndAgain(lane: number, kills: number): Promise<number[]> {
  using folder = storeFolder();
  const counts: number[] = [];
  for (let kill = 0; kill < kills; kill++) {
    const name = `w${lane}-${kill}`;
    const writer = startWriter(folder.path, name, CALLERS);
    // Every fifth is killed while it opens the store that the one before it left.
    if (kill % 5 !== 0) await writer.writing;
    await atRandomWithin(kill % 5 === 0 ? STARTING_MS : WRITING_MS);
    writer.kill();
    expect(await writer.end).toBe('SIGKILL');
    const acknowledged = await writer.acknowledged;
    await checkStore(folder.path, name, acknowledged);
    expect(integrity(folder.file)).toBe('ok');
    counts.push([...acknowledged.values()].reduce((sum, each) => sum + each, 0));
  }
  return counts;
}

async function checkStore(folder: string, writer: string, acknowledged: ReadonlyMap<number, number>) {
  await using store = await openStore(folder);
  for (let caller = 0; caller < CALLERS; caller++) {
    const record = await store.secrets.get('main', `${writer}-${caller}`);
    const last = acknowledged.get(caller) ?? 0;
    const stored = record === undefined ? 0 : generationOf(record);
    // The one after it may have been committed without anybody being told any more.
    expect([last, last + 1]).toContain(stored);
  }
}

/** The random moment is what is tested; nothing depends on which it is. */
function atRandomWithin(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * ms));
}
