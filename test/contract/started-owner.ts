/**
 * A process of its own that opens a backend, starts containers and waits to be killed.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ContainerSpec } from '../../src/runtime/containers/container-spec.ts';

const OWNER = fileURLToPath(new URL('../fixtures/programs/container-owner.ts', import.meta.url));

export interface StartedOwner extends AsyncDisposable {
  /** Ids of its containers, by the names given. */
  readonly ids: Readonly<Record<string, string>>;
  /** Kills it with -9 and waits until it is gone. */
  killed(): Promise<void>;
}

/** Resolves when every container has said something. */
export async function startOwner(
  args: readonly string[],
  specs: Readonly<Record<string, ContainerSpec>>,
): Promise<StartedOwner> {
  const child = spawn(process.execPath, [OWNER, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, DRAY_TEST_SPECS: JSON.stringify(specs), NODE_OPTIONS: '' },
  });
  const ids = JSON.parse(await firstLine(child)) as Record<string, string>;
  const killed = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  return { ids, killed, [Symbol.asyncDispose]: killed };
}

async function firstLine(child: ChildProcess): Promise<string> {
  let text = '';
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    text += chunk.toString();
    if (text.includes('\n')) return text;
  }
  throw new Error('the owner ended before its containers were up');
}
