/**
 * Types of functions and classes that are looked up by name: those of the handles that their app exports.
 */
import { App, type FunctionCall, functions } from 'dray';
import { DrayClient } from 'dray/client';
import { type } from './exact.ts';

const app = new App('clients');
const resize = app.function(async (url: string, width: number) => new Uint8Array([url.length, width]));
const lines = app.function(async function* (text: string) {
  yield text.length;
});
const Model = app.cls(
  class {
    readonly size: 'small' | 'large';
    constructor(size: 'small' | 'large' = 'small') {
      this.size = size;
    }
    async predict(text: string) {
      return text.length;
    }
  },
);

await using client = new DrayClient({ url: 'http://localhost:7070', environment: 'staging' });

const found = await client.functions.fromName<typeof resize>('clients', 'resize');
type(found.remote('a', 1)).is<Promise<Uint8Array<ArrayBuffer>>>();
type(found.spawn('a', 1)).is<Promise<FunctionCall<Uint8Array<ArrayBuffer>>>>();
// @ts-expect-error the function takes a number
found.remote('a', '1');

const counted = await client.functions.fromName<typeof lines>('clients', 'lines');
type(counted.remote('a')).is<AsyncGenerator<number, void, undefined>>();
// @ts-expect-error what yields values is not spawned
counted.spawn('a');

const Found = await client.cls.fromName<typeof Model>('clients', 'Model');
type(new Found('large').predict.remote('a')).is<Promise<number>>();
// @ts-expect-error there is no such size
new Found('huge');

// Without its type it takes and gives anything.
const unknown = await client.functions.fromName('clients', 'resize');
type(unknown.remote(1, 'a')).is<Promise<unknown>>();

const call = client.functionCalls.fromId<number>('fc-1');
type(call.get()).is<Promise<number>>();

const beside = await functions.fromName<typeof resize>('clients', 'resize');
type(beside.remote('a', 1)).is<Promise<Uint8Array<ArrayBuffer>>>();
// @ts-expect-error a class is looked up as one
await client.functions.fromName<typeof Model>('clients', 'Model');
// @ts-expect-error not an option
new DrayClient({ server: 'http://localhost:7070' });
