import { createMemoryStore } from '../../../../src/runtime/store/memory-store.ts';
import { describeStore } from '../../../contract/store.contract.ts';

describeStore('memory', async () => createMemoryStore());
