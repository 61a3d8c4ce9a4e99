import { createMemoryStore } from '../../../../src/runtime/store/memory-store.ts';
import { describeCallRecords } from '../../../contract/call-records.contract.ts';

describeCallRecords('memory', async () => createMemoryStore());
