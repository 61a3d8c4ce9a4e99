import { App } from 'dray';

const app = new App('queue-worker');

export interface Order {
  id: string;
  items: { name: string; price: number; count: number }[];
}

export interface Invoice {
  order: string;
  lines: string[];
  total: number;
}

/** The worker: what other programs put on the queue ends up here, one order at a time. */
export const invoice = app.function(
  { maxContainers: 2, concurrent: { maxInputs: 10 }, retries: 3 },
  async ({ id, items }: Order): Promise<Invoice> => {
    if (items.length === 0) throw new Error(`the order ${id} is empty`);
    const lines = items.map(({ name, price, count }) => `${count} × ${name} at ${price.toFixed(2)}`);
    const total = items.reduce((sum, { price, count }) => sum + price * count, 0);
    return { order: id, lines, total };
  },
);
