/**
 * Durable calls of a no-op over at most two containers, as a program that serves rounds: each is on disk before it is
 * acknowledged, and a round is over when all have run and their results are on disk, too.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { deployApp } from '../deployed-app.ts';
import { serveRounds } from './serve-rounds.ts';

const app = await deployApp('bench/apps/noop.ts', 'bench-noop');
const noop = await app.handle('noop');

serveRounds(
  async (calls) => {
    await noop.spawnMap(Array.from({ length: calls }, (_, number) => number));
    while (await app.hasUnsettled()) await delay(2);
  },
  () => app[Symbol.asyncDispose](),
);
