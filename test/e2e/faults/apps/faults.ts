/**
 * Functions whose containers come to harm.
 */
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { App } from 'dray';

const app = new App('faults');

/** Twice the number, and the container that said so. */
export const double = app.function(
  { minContainers: 8, maxContainers: 8, memoryMiB: 64, cpu: 0.125 },
  async (n: number) => {
    await delay(15);
    return { doubled: n * 2, container: hostname() };
  },
);

/** The same in two containers. */
export const doublePaired = app.function(
  { minContainers: 2, maxContainers: 2, memoryMiB: 64, timeoutMs: 60_000 },
  async (n: number) => {
    await delay(15);
    return { doubled: n * 2, container: hostname() };
  },
);

/** Ten at a time in a container of 192 MiB; the one that is told to takes more than that. */
export const hungry = app.function(
  { maxContainers: 1, concurrent: { maxInputs: 10 }, memoryLimitMiB: 192 },
  async (n: number, greedy: boolean) => {
    const kept: Buffer[] = [];
    await delay(200);
    while (greedy) kept.push(Buffer.alloc(8e6, 1));
    return n;
  },
);

/** Several at a time in a container; the one that is told to blocks its event loop for ever. */
export const blocking = app.function(
  { maxContainers: 1, concurrent: { maxInputs: 5 }, timeoutMs: 6000 },
  async (n: number, blocks: boolean) => {
    await delay(100);
    while (blocks);
    return n;
  },
);
