import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startOf } from '../../../../../src/runtime/containers/owner.ts';
import { ProcessBackend } from '../../../../../src/runtime/containers/process/process-backend.ts';
import { describeContainerBackend } from '../../../../contract/container-backend.contract.ts';
import { describeContainerExec } from '../../../../contract/container-exec.contract.ts';
import { program } from '../../../../contract/container-programs.ts';
import { ContainerWatch } from '../../../../contract/container-watch.ts';

const SPEC = { app: 'app', functionName: 'fn', image: 'none', env: {}, cpu: 0.125, memoryMiB: 128 };

const systemTemp = tmpdir();
let folder = '';

// A temporary folder of its own: any other dray on this machine may reap what it finds in the common one.
beforeAll(() => {
  folder = mkdtempSync(path.join(systemTemp, 'process-backend-'));
  process.env.TMPDIR = folder;
});

afterAll(() => {
  process.env.TMPDIR = systemTemp;
  rmSync(folder, { recursive: true });
});

describeContainerExec('process', async () => new ProcessBackend(), 'none');

describeContainerBackend('process', async () => new ProcessBackend(), {
  image: 'none',
  limits: false,
  ownerArguments: ['process'],
  isLeft: async (pid) => startOf(Number(pid)) !== undefined,
});

describe('ProcessBackend', () => {
  it('passes on what the program prints on stdout', async () => {
    await using backend = new ProcessBackend();
    const watch = new ContainerWatch();
    const container = await backend.start({ ...SPEC, command: program(`console.log('hello')`) }, watch);
    await container.exited;
    expect(watch.output('stdout')).toBe('hello\n');
  });
});
