import { createInterface } from 'node:readline';
import { DrayClient } from 'dray/client';
import type { Invoice } from './app.ts';

/** Reads ids of calls from its input, and prints what became of each. */
await using client = new DrayClient();

for await (const id of createInterface({ input: process.stdin })) {
  const call = client.functionCalls.fromId<Invoice>(id);
  try {
    const { order, total } = await call.get();
    console.log(`${order}: ${total.toFixed(2)}`);
  } catch (error) {
    console.log(`failed: ${(error as Error).message}`);
  }
}
