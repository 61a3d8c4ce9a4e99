import { describe } from 'vitest';
import { ProcessBackend } from '../../src/runtime/containers/process/process-backend.ts';
import { pythonName } from '../contract/python-name.ts';
import { describeRunner } from '../contract/runner.contract.ts';
import { noPython } from './python-program.ts';

describeRunner('node in a process', { named: (name) => name, open: async () => new ProcessBackend() });

describe.skipIf(noPython)('python', () => {
  describeRunner('python in a process', { named: pythonName, open: async () => new ProcessBackend() });
});
