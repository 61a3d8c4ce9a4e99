/**
 * What docs/clients.md shows, as a program: test/cli/clients/clients-page.test.ts runs it against a server.
 */
import { DrayClient } from 'dray/client';
import type { Counter, resize, words } from './clients-app.ts';

await using client = new DrayClient();

const resizing = await client.functions.fromName<typeof resize>('thumbnails', 'resize');
const thumb = await resizing.remote('https://example.com/cat.jpg', 256);
console.log(thumb);

for await (const one of resizing.starmap([
  ['https://example.com/a.jpg', 64],
  ['https://example.com/b.jpg', 64],
])) {
  console.log(one);
}

const streaming = await client.functions.fromName<typeof words>('thumbnails', 'words');
for await (const word of streaming.remote('read as they come')) console.log(word);

const Counting = await client.cls.fromName<typeof Counter>('thumbnails', 'Counter');
console.log(await new Counting('cats').count.remote(3));

const call = await resizing.spawn('https://example.com/cat.jpg', 512);
console.log(call.id); // keep it: another program can ask for the result

const found = client.functionCalls.fromId<string>(call.id);
console.log(await found.get());

const once = resizing.withOptions({ idempotencyKey: 'cat.jpg 512' });
const [first, second] = [await once.spawn('cat.jpg', 512), await once.spawn('cat.jpg', 512)];
console.log(first.id === second.id); // true: one call for each key
