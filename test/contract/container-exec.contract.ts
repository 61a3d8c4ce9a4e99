/**
 * What every container backend must do when a command is run beside the program of a container.
 */
import { describe, expect, it } from 'vitest';
import type { ExecRequest } from '../../src/protocol/exec.ts';
import type { ContainerBackend, StartedContainer } from '../../src/runtime/containers/container-backend.ts';
import { ECHO } from './container-programs.ts';
import { ContainerWatch } from './container-watch.ts';

/** Runs a command to its end. */
export async function execIn(container: StartedContainer, request: ExecRequest, input = '') {
  const printed = { stdout: '', stderr: '' };
  const running = await container.exec(request, {
    onOutput: (source, bytes) => {
      printed[source] += Buffer.from(bytes).toString();
    },
  });
  running.write(Buffer.from(input));
  running.end();
  const code = await running.ended;
  return { ...printed, code };
}

/** Declares the suite for one backend. */
export function describeContainerExec(
  name: string,
  open: () => Promise<ContainerBackend>,
  image: string,
): void {
  describe(`${name}: commands beside a container's program`, () => {
    it('have input, output of both kinds, variables and an exit code', async () => {
      await using backend = await open();
      const watch = new ContainerWatch();
      const container = await backend.start(
        {
          ...{ app: 'contract', functionName: 'program', image, command: ECHO },
          env: { OF: 'container' },
          cpu: 0.1,
          memoryMiB: 128,
        },
        watch,
      );
      container.write(Buffer.from('up'));
      await watch.untilChannelHas('up');
      const script = 'read line; echo "$line $OF $MORE"; echo err >&2; exit 9';
      const request = { command: ['sh', '-c', script], env: { MORE: 'more' } };
      expect(await execIn(container, request, 'typed\n')).toEqual({
        ...{ stdout: 'typed container more\n', stderr: 'err\n', code: 9 },
      });
      const much = await execIn(container, { command: ['head', '-c', '5000000', '/dev/zero'] });
      expect([much.stdout.length, much.code]).toEqual([5_000_000, 0]);
      expect((await execIn(container, { command: ['cat'] }, 'x'.repeat(1_000_000))).stdout).toHaveLength(
        1_000_000,
      );
      container.write(Buffer.from(' still'));
      await watch.untilChannelHas('up still');
    });

    it('end with their container', async () => {
      await using backend = await open();
      const watch = new ContainerWatch();
      const container = await backend.start(
        {
          ...{ app: 'contract', functionName: 'program', image, command: ECHO },
          env: {},
          cpu: 0.1,
          memoryMiB: 128,
        },
        watch,
      );
      container.write(Buffer.from('up'));
      await watch.untilChannelHas('up');
      const running = await container.exec(
        { command: ['sh', '-c', 'echo runs; cat'] },
        { onOutput: () => {} },
      );
      await container.kill();
      await container.exited;
      expect(await running.ended).not.toBe(0);
    });
  });
}
