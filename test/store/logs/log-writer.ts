/**
 * A process that writes lines to logs until it is killed, and says which of them are safe by then.
 *
 * Arguments: the file.
 */
import { LogKeeper } from '../../../src/runtime/logs/log-keeper.ts';
import { systemClock } from '../../../src/shared/clock.ts';

const keeper = new LogKeeper({
  file: process.argv[2] as string,
  limits: { maxBytes: 1_000_000_000, maxAgeMs: 86_400_000 },
  clock: systemClock,
  onTrouble: (error) => {
    throw error;
  },
});
let count = 0;
setInterval(() => {
  const held = keeper.bytes;
  const before = count;
  for (let line = 0; line < 20; line++) {
    keeper.append({ environment: 'main', app: 'shop', source: 'stdout' }, `${count++} ${'x'.repeat(400)}`);
  }
  if (keeper.bytes > held) process.stdout.write(`${before}\n`);
}, 1);
