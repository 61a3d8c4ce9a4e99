import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { DrayClient } from 'dray/client';
import type { invoice, Order } from './app.ts';

/** Puts the orders of a file on the queue, one a line, and prints the id of each call. */
const [file = 'orders.jsonl'] = process.argv.slice(2);

await using client = new DrayClient();
const worker = await client.functions.fromName<typeof invoice>('queue-worker', 'invoice');

for await (const line of createInterface({ input: createReadStream(file) })) {
  const order = JSON.parse(line) as Order;
  // The key makes this safe to run again: an order that is on the queue is not put there twice.
  const call = await worker.withOptions({ idempotencyKey: order.id }).spawn(order);
  console.log(call.id);
}
