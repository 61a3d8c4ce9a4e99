/**
 * A process that uses a vault (fixtures/programs/vault-user.ts), and how often it said that it did.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../fixtures/programs/vault-user.ts', import.meta.url));

export interface VaultProcess {
  /** Resolves when the vault is open, or the process has ended. */
  readonly ready: Promise<unknown>;
  /** Resolves when it said that it used the vault, or the process has ended. */
  readonly used: Promise<unknown>;
  kill(): void;
  /** Uses that it told of, once it has ended. */
  readonly uses: Promise<number>;
  /** An exit code, or the signal. */
  readonly end: Promise<number | string>;
}

export function startVaultProcess(
  folder: string,
  action: 'rotate' | 'create',
  name = '',
  times = 0,
): VaultProcess {
  const child = spawn(process.execPath, [PROGRAM, folder, action, name, String(times)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  let said = '';
  const { promise: used, resolve: tellUsed } = Promise.withResolvers<unknown>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    if (said.includes('\n1\n')) tellUsed(undefined);
  });
  const closed = once(child, 'close');
  return {
    ready: Promise.race([once(child.stdout, 'data'), closed]),
    used: Promise.race([used, closed]),
    kill: () => void child.kill('SIGKILL'),
    uses: closed.then(() => Math.max(0, said.split('\n').length - 2)),
    end: closed.then(([code, signal]) => signal ?? code),
  };
}
