/**
 * Store-open: opening the store and reading from it in a fresh process, against SQLite alone on the same file.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Benchmark } from '../benchmark.ts';
import { compared } from '../compared.ts';
import { interleaved } from '../interleaved.ts';
import { builtModule, inRepository } from '../repository.ts';

const ROUNDS = { warmUps: 3, rounds: 30 };
const SECRETS = 100;

export const storeOpen: Benchmark = {
  name: 'store-open',
  summary: 'opening the store and reading a list from it in a fresh process, against SQLite alone',
  target: '≤ 15 ms',
  async measure() {
    const folder = await mkdtemp(path.join(tmpdir(), 'dray-bench-store-'));
    try {
      await fill(folder);
      const taken = await interleaved(
        { dray: () => msOf('open-store', folder), floor: () => msOf('open-sqlite', folder) },
        ROUNDS,
      );
      return compared(taken, { unit: 'ms', digits: 2 });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function fill(folder: string): Promise<void> {
  type OpenStore = typeof import('../../src/runtime/store/open-store.ts');
  const { openStore } = await builtModule<OpenStore>('runtime/store/open-store');
  await using store = await openStore(folder);
  const sealed = { keyId: 'bench', nonce: new Uint8Array(12), ciphertext: new Uint8Array(200) };
  for (let number = 0; number < SECRETS; number++) {
    const secret = { environment: 'main', name: `s${number}`, keys: ['TOKEN'], at: 1, seal: () => sealed };
    await store.secrets.put(secret, { replace: true });
  }
}

/** What the program itself measured: not the start of Node. */
async function msOf(contender: string, folder: string): Promise<number> {
  const program = inRepository(`bench/contenders/${contender}.ts`);
  const { stdout } = await promisify(execFile)(process.execPath, [program, folder]);
  return Number(stdout);
}
