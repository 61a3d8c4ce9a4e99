import { expect, it } from 'vitest';
import { presentImage } from '../../docker/containers/present-image.ts';
import { killAmidCalls, killPlan } from '../../helpers/kill-amid-calls.ts';
import { startKilledServer } from '../../helpers/killed-server.ts';
import { dockerOf, engineEnvironment, newestEngine } from '../docker-app.ts';

it('a server on Docker that is killed loses no call that it accepted, and settles each once', async () => {
  const engine = newestEngine();
  await presentImage(engine.dockerHost, 'node:24-bookworm-slim');
  {
    await using server = await startKilledServer('docker', engineEnvironment(engine));
    await killAmidCalls(server, killPlan({ rounds: 1, calls: 1500 }));
  }
  const filters = { label: ['dev.dray.app=marked'] };
  // Docker lists a container for a moment after its end.
  await expect.poll(() => dockerOf(engine).listContainers({ filters })).toEqual([]);
});
