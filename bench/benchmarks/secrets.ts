/**
 * Secrets: starting an app and its first call, with a stored secret, against the same without one.
 *
 * The store is opened anew each time, as each command does.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ControlPlane } from '../../src/protocol/control-plane.ts';
import type { Benchmark } from '../benchmark.ts';
import { added, compared } from '../compared.ts';
import { containersGone } from '../containers-gone.ts';
import { interleaved } from '../interleaved.ts';
import { builtModule } from '../repository.ts';
import { openBuiltEngine, type PreparedApp, prepareApp } from '../started-app.ts';

const ROUNDS = { warmUps: 3, rounds: 40 };
const VALUE = 'x'.repeat(200);

export const secrets: Benchmark = {
  name: 'secrets',
  summary: 'start of an app with a stored secret and its first .remote(), against the same without a secret',
  target: '≤ 5 ms more',
  async measure({ docker }) {
    const folder = await mkdtemp(path.join(tmpdir(), 'dray-bench-secrets-'));
    process.env.DRAY_DATA_DIR = folder;
    try {
      await storeSecret();
      await using engine = await openBuiltEngine();
      const [withSecret, without] = [
        await prepareApp('bench/apps/noop-secret.ts'),
        await prepareApp('bench/apps/noop.ts'),
      ];
      const timed = async (app: PreparedApp, label: string, result: unknown) => {
        const ms = await firstCall(engine, app, result);
        await containersGone(docker, `dev.dray.app=${label}`);
        return ms;
      };
      const taken = await interleaved(
        {
          dray: () => timed(withSecret, 'bench-secret', VALUE.length),
          floor: () => timed(without, 'bench-noop', undefined),
        },
        ROUNDS,
      );
      return compared(taken, { unit: 'ms', digits: 1, details: (medians) => ({ addedMs: added(medians) }) });
    } finally {
      delete process.env.DRAY_DATA_DIR;
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function storeSecret(): Promise<void> {
  type OpenVault = typeof import('../../src/runtime/secrets/open-vault.ts');
  const { openVault } = await builtModule<OpenVault>('runtime/secrets/open-vault');
  await using opened = await openVault();
  await opened.vault.create({ environment: 'main', name: 'bench' }, { TOKEN: VALUE });
}

async function firstCall(engine: ControlPlane, app: PreparedApp, expected: unknown): Promise<number> {
  const start = performance.now();
  await using started = await app.start(engine);
  const result = await started.handle('noop').remote();
  const ms = performance.now() - start;
  if (result !== expected) throw new Error(`the function answered ${result}, not ${expected}`);
  return ms;
}
