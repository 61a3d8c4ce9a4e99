/**
 * Lets one process at a time work on the lab's cache and on the list of running labs.
 *
 * The lock is a file that names its holder; the lock of a process that has ended is taken over.
 * It knows nothing of what it protects.
 *
 * Invariants
 * - the file appears complete (written aside, then linked), so a reader never sees half a holder
 * - a lock whose holder lives is never taken
 */
import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { identify, isAlive, type ProcessIdentity } from './process-identity.ts';

/** Waits for the lock; disposing gives it back. */
export async function lockWith(file: string, onWait: (holderPid: number) => void): Promise<AsyncDisposable> {
  await mkdir(path.dirname(file), { recursive: true });
  const mine = JSON.stringify(identify(process.pid));
  let announced = false;
  while (!(await tryCreate(file, mine))) {
    const holder = await readHolder(file);
    if (holder.text !== undefined && !(holder.process && isAlive(holder.process))) {
      await takeAway(file, holder.text);
      continue;
    }
    if (!announced && holder.process) onWait(holder.process.pid);
    announced = true;
    await delay(200);
  }
  return { [Symbol.asyncDispose]: () => rm(file, { force: true }) };
}

async function tryCreate(file: string, content: string): Promise<boolean> {
  const aside = `${file}.${randomUUID()}`;
  await writeFile(aside, content);
  try {
    await link(aside, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

async function readHolder(file: string): Promise<{ text?: string; process?: ProcessIdentity }> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    return {};
  }
  try {
    return { text, process: JSON.parse(text) as ProcessIdentity };
  } catch {
    return { text };
  }
}

/** Removes the lock of a process that ended, unless another process took it over in between. */
async function takeAway(file: string, stale: string): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch {
    return;
  }
  const taken = await readFile(aside, 'utf8');
  if (taken !== stale) await link(aside, file).catch(() => {});
  await rm(aside, { force: true });
}
