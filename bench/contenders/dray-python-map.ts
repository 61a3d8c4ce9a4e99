/**
 * `.map` of a no-op in Python over at most two containers, as a program that serves rounds.
 *
 * Options of the map are the defaults: results in order, 1 000 calls unfinished at a time.
 */
import { openBuiltEngine, prepareApp } from '../started-app.ts';
import { serveRounds } from './serve-rounds.ts';

const engine = await openBuiltEngine();
const app = await (await prepareApp('bench/apps/noop-python.ts')).start(engine);
const noop = app.handle('noop');

serveRounds(
  async (calls) => {
    let results = 0;
    for await (const _ of noop.map(numbers(calls))) results++;
    if (results !== calls) throw new Error(`${results} results of ${calls} calls`);
  },
  () => engine.close(),
);

function* numbers(count: number): Generator<number> {
  for (let number = 0; number < count; number++) yield number;
}
