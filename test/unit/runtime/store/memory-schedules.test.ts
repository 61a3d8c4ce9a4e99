import { createMemoryStore } from '../../../../src/runtime/store/memory-store.ts';
import { describeScheduleRecords } from '../../../contract/schedule-records.contract.ts';

describeScheduleRecords('memory', async () => createMemoryStore());
