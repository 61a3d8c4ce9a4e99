import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { tryLock } from '../../src/runtime/store/exclusive-lock.ts';
import { storeFolder } from './store-folder.ts';

const MODULE = path.join(import.meta.dirname, '../../src/runtime/store/exclusive-lock.ts');

/** A process that takes the lock, says whether it got it, and keeps it until it is ended. */
async function holder(file: string) {
  const program = `import { tryLock } from ${JSON.stringify(MODULE)};
    globalThis.lock = tryLock(${JSON.stringify(file)});
    process.stdout.write(globalThis.lock ? 'got it' : 'no');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  return {
    said: said.toString(),
    async kill() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

describe('an exclusive lock', () => {
  it('is held once, and can be taken again when it was let go', () => {
    using folder = storeFolder();
    const file = path.join(folder.path, 'server.lock');
    const first = tryLock(file);
    expect(first).toBeDefined();
    expect(tryLock(file)).toBeUndefined();
    first?.[Symbol.dispose]();
    using second = tryLock(file);
    expect(second).toBeDefined();
  });

  it('keeps other processes out, and is free when its process was killed', async () => {
    using folder = storeFolder();
    const file = path.join(folder.path, 'server.lock');
    const first = await holder(file);
    expect(first.said).toBe('got it');
    expect(tryLock(file)).toBeUndefined();
    const second = await holder(file);
    expect(second.said).toBe('no');
    await second.kill();
    expect(tryLock(file)).toBeUndefined();
    await first.kill();
    using mine = tryLock(file);
    expect(mine).toBeDefined();
  });

  it('says so where its file cannot be made', () => {
    expect(() => tryLock('/dev/null/server.lock')).toThrow(
      expect.objectContaining({ code: 'STORE_UNREADABLE' }),
    );
  });
});
