import { createMemoryStore } from '../../../../src/runtime/store/memory-store.ts';
import { describeAccessRecords } from '../../../contract/access-records.contract.ts';

describeAccessRecords('memory', async () => createMemoryStore());
