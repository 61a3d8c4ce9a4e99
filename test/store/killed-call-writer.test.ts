import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { openStore } from '../../src/runtime/store/open-store.ts';
import { outcomeOf } from '../contract/call-records.contract.ts';
import { integrity, storeFolder } from './store-folder.ts';

const PROGRAM = fileURLToPath(new URL('../fixtures/programs/call-writer.ts', import.meta.url));
const KILLS = 12;
/** A moment while it writes, at the latest this long after its first acknowledged step. */
const WRITING_MS = 60;

it(`a server that is killed with -9 loses no accepted call and no outcome, ${KILLS} times over`, async () => {
  using folder = storeFolder();
  const accepted: string[] = [];
  const settled = new Set<string>();
  for (let kill = 0; kill < KILLS; kill++) {
    const said = await killedAmidWriting(folder.path);
    for (const [step, id = ''] of said) {
      if (step === 'accepted') accepted.push(id);
      else settled.add(id);
    }
    expect(integrity(folder.file)).toBe('ok');
  }
  // Else the kills came before there was anything to lose.
  expect(settled.size).toBeGreaterThan(0);
  expect(accepted.length).toBeGreaterThan(settled.size);

  await using store = await openStore(folder.path);
  const waiting = new Set<string>();
  for (let after: string | undefined; ; ) {
    const page = await store.calls.unsettled({ limit: 1_000, ...(after !== undefined && { after }) });
    for (const { id, payload } of page) {
      waiting.add(id);
      if (!Buffer.from(payload).equals(Buffer.alloc(id.charCodeAt(12) * 50, id)))
        throw new Error(`${id} is torn`);
    }
    after = page.at(-1)?.id;
    if (after === undefined) break;
  }
  for (const id of settled) {
    expect(waiting.has(id)).toBe(false);
    expect((await store.calls.outcome(id))?.payload).toEqual(outcomeOf(id).payload);
  }
  // Of the others some settled without anybody being told any more; none is gone.
  const rest = accepted.filter((id) => !settled.has(id) && !waiting.has(id));
  for (const id of rest) expect(await store.calls.get(id)).toMatchObject({ state: 'succeeded' });
  expect(waiting.size).toBeGreaterThan(0);
});

/** What a writer said before it was killed at a random moment. */
async function killedAmidWriting(folder: string): Promise<string[][]> {
  const child = spawn(process.execPath, [PROGRAM, folder, '32'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const closed = once(child, 'close');
  await Promise.race([once(child.stdout, 'data'), closed]);
  await new Promise((resolve) => setTimeout(resolve, Math.random() * WRITING_MS));
  child.kill('SIGKILL');
  await closed;
  // A line that the kill cut off was acknowledged no less, but not wholly said.
  const lines = said.slice(0, said.lastIndexOf('\n') + 1).split('\n');
  return lines.filter(Boolean).map((line) => line.split(' '));
}
