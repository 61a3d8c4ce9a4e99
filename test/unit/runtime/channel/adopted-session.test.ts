import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { MARK_START, MARK_VARIABLE } from '../../../../src/protocol/resync-mark.ts';
import type { RunnerMessage } from '../../../../src/protocol/runner-messages.ts';
import { bootstrapBytes, RUNNER_COMMANDS } from '../../../../src/runtime/channel/bootstrap.ts';
import { RunnerSession } from '../../../../src/runtime/channel/runner-session.ts';
import type {
  AdoptableContainer,
  ContainerBackend,
  ContainerListener,
} from '../../../../src/runtime/containers/container-backend.ts';
import { ProcessBackend } from '../../../../src/runtime/containers/process/process-backend.ts';
import { runnerCode } from '../../../helpers/driven-runner.ts';

/** More than any runner is long. */
const RUNNER_BYTES = 1_000_000;
const mark = Buffer.concat([MARK_START, randomBytes(28)]).toString('hex');
const found = { id: 'x', mark } as AdoptableContainer;

/** Starts a process that was sent so much of its runner, and takes it back over the same pipes, as over a new attachment. */
async function adoptAfter(bytes: Uint8Array) {
  const backend = new ProcessBackend();
  let listener: ContainerListener = { onChannel: () => {}, onOutput: () => {} };
  const container = await backend.start(
    {
      ...{ app: 'a', functionName: 'f', image: '', cpu: 1, memoryMiB: 1 },
      command: RUNNER_COMMANDS.node,
      env: { [MARK_VARIABLE]: mark },
    },
    {
      onChannel: (read) => listener.onChannel(read),
      onOutput: (source, read) => listener.onOutput(source, read),
    },
  );
  container.write(bytes);
  const reached = {
    adopt: async (_: AdoptableContainer, given: ContainerListener) => {
      listener = given;
      return container;
    },
  } as unknown as ContainerBackend;
  const resumed = Promise.withResolvers<RunnerMessage>();
  const exited = Promise.withResolvers<number>();
  await RunnerSession.adopt(
    reached,
    found,
    {
      onMessage: (message) => message.type === 'resumed' && resumed.resolve(message),
      onLog: () => {},
      onExit: ({ code }) => exited.resolve(code),
    },
    RUNNER_BYTES,
  );
  return { backend, resumed: resumed.promise, exited: exited.promise };
}

describe('a runner that is taken back', () => {
  it('answers, where it arrived whole', async () => {
    const { backend, resumed } = await adoptAfter(bootstrapBytes(await runnerCode()));
    await using _ = backend;
    expect(await resumed).toMatchObject({
      accepting: false,
      lastCall: 0,
      running: [],
      waiting: [],
      calls: [],
    });
  });

  it.each([0, 1, 3, 4, 5, 1000, 20_000])('ends, where only %i bytes of it arrived', async (length) => {
    const { backend, exited } = await adoptAfter(bootstrapBytes(await runnerCode()).subarray(0, length));
    await using _ = backend;
    expect(await exited).not.toBe(0);
  });
});
