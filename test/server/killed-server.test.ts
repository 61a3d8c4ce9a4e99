import { it } from 'vitest';
import { killAmidCalls, killPlan } from '../helpers/kill-amid-calls.ts';
import { startKilledServer } from '../helpers/killed-server.ts';

it('a server that is killed loses no call that it accepted, and settles each once', async () => {
  await using server = await startKilledServer('process');
  await killAmidCalls(server, killPlan({ rounds: 1, calls: 1500 }));
});
