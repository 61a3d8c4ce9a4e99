import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { LogKeeper } from '../../../src/runtime/logs/log-keeper.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

const WRITER = path.join(import.meta.dirname, '../../fixtures/programs/log-writer.ts');

describe('logs of a process that is killed', () => {
  it('have every line that was written before, in order, and go on from there', async () => {
    await using folder = await tempFolder();
    const file = folder.file('logs.db');
    let kept = 0;
    for (let round = 0; round < 3; round++) {
      const child = spawn(process.execPath, [WRITER, file], { stdio: ['ignore', 'pipe', 'inherit'] });
      onTestFinished(() => void child.kill('SIGKILL'));
      let safe = 0;
      let told = 0;
      for await (const line of createInterface(child.stdout)) {
        safe = Number(line);
        if (++told === 5) child.kill('SIGKILL');
      }
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      const limits = { maxBytes: 1_000_000_000, maxAgeMs: 86_400_000 };
      const onTrouble = (error: unknown) => {
        throw error;
      };
      await using keeper = new LogKeeper({ file, limits, clock: systemClock, onTrouble });
      const lines = await Array.fromAsync(keeper.read({ environment: 'main', app: 'shop' }));
      expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, index) => index + 1));
      const own = lines.slice(kept).map(({ text }) => Number.parseInt(text, 10));
      expect(own).toEqual(own.map((_, index) => index));
      expect(own.length).toBeGreaterThanOrEqual(safe);
      kept = lines.length;
    }
  });
});
