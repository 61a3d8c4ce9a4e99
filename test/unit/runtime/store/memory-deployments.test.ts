import { createMemoryStore } from '../../../../src/runtime/store/memory-store.ts';
import { describeDeploymentRecords } from '../../../contract/deployment-records.contract.ts';

describeDeploymentRecords('memory', async () => createMemoryStore());
