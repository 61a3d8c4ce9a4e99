import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { FunctionCall } from '../../src/sdk/function-call.ts';
import type {
  add,
  callBeside,
  count,
  fail,
  Greeting,
  hang,
  lookUp,
  relay,
} from '../fixtures/apps/invoked.ts';
import { serveApp } from './serving-app.ts';
import { basic } from './test-server.ts';

const FILE = path.join(import.meta.dirname, '../fixtures/apps/invoked.ts');

describe('a client of a server', () => {
  it('calls functions and classes by their names', async () => {
    await using serving = await serveApp(FILE);
    const { functions, cls } = serving.client();
    const adding = await functions.fromName<typeof add>('invoked', 'add');
    expect(await adding.remote(1, 2)).toBe(3);
    const sums = adding.starmap([
      [1, 1],
      [2, 2],
    ]);
    expect(await sums).toEqual([2, 4]);
    const counting = await functions.fromName<typeof count>('invoked', 'count');
    expect(await Array.fromAsync(counting.remote(3))).toEqual([1, 2, 3]);
    const Greeter = await cls.fromName<typeof Greeting>('invoked', 'Greeting');
    expect(await new Greeter('Ada').greet.remote('?')).toBe('hello Ada?');
    expect(() => adding.local(1, 2)).toThrow('add was looked up by its name');
    await expect(new Greeter().letters.local().next()).rejects.toMatchObject({ code: 'FUNCTION_NOT_HERE' });
    await expect(new Greeter().greet.local('!')).rejects.toMatchObject({ code: 'FUNCTION_NOT_HERE' });
  });

  it('says what is wrong with a name', async () => {
    await using serving = await serveApp(FILE);
    const { functions, cls } = serving.client();
    await expect(functions.fromName('invoked', 'none')).rejects.toMatchObject({ code: 'FUNCTION_NOT_FOUND' });
    await expect(functions.fromName('none', 'add')).rejects.toMatchObject({ code: 'APP_NOT_FOUND' });
    await expect(functions.fromName('invoked', 'Greeting')).rejects.toThrow('is a class');
    await expect(cls.fromName('invoked', 'add')).rejects.toThrow('is a function');
    const elsewhere = serving.client({ environment: 'none' });
    await expect(elsewhere.functions.fromName('invoked', 'add')).rejects.toMatchObject({
      code: 'ENVIRONMENT_NOT_FOUND',
    });
  });

  it('finds spawned calls by their id, in another client too', async () => {
    await using serving = await serveApp(FILE);
    const adding = await serving.client().functions.fromName<typeof add>('invoked', 'add');
    const call = await adding.spawn(3, 4);
    expect(await serving.client().functionCalls.fromId<number>(call.id).get()).toBe(7);
    // It is there: looking is enough.
    expect(await serving.client().functionCalls.fromId(call.id).get({ timeoutMs: 0 })).toBe(7);
    const hanging = await serving.client().functions.fromName<typeof hang>('invoked', 'hang');
    const { id } = await hanging.spawn();
    const found = serving.client().functionCalls.fromId(id);
    await expect(found.get({ timeoutMs: 0 })).rejects.toMatchObject({ code: 'CALL_PENDING' });
    await found.cancel();
    await expect(found.get()).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
  });

  it('spawns one call for each idempotency key of a function', async () => {
    await using serving = await serveApp(FILE);
    const adding = await serving.client().functions.fromName<typeof add>('invoked', 'add');
    const once = adding.withOptions({ idempotencyKey: 'order 17' });
    const [first, second, other] = await Promise.all([
      once.spawn(1, 1),
      once.spawn(5, 5),
      adding.spawn(2, 2),
    ]);
    expect(second.id).toBe(first.id);
    expect(other.id).not.toBe(first.id);
    expect(await FunctionCall.gather(first, second, other)).toEqual([2, 2, 4]);
    await expect(once.spawnMap([1])).rejects.toMatchObject({ code: 'INVALID_OPTION' });
  });

  it('spawns and gathers thousands', async () => {
    await using serving = await serveApp(FILE);
    const adding = await serving.client().functions.fromName<typeof add>('invoked', 'add');
    const calls = await adding.withConcurrency({ maxInputs: 50 }).spawnMap(Array(5000).fill(1));
    expect(new Set(calls.map(({ id }) => id)).size).toBe(5000);
    const results = await FunctionCall.gather(...calls);
    // The second argument is missing, as spawnMap gives one.
    expect(results.every((result) => Number.isNaN(result))).toBe(true);
    expect(serving.durable.unsettled).toBe(0);
  });
});

describe('a connection', () => {
  it('leaves nothing behind that only its client waited for, and what was spawned goes on', async () => {
    await using serving = await serveApp(FILE);
    const client = serving.client();
    const hanging = await client.functions.fromName<typeof hang>('invoked', 'hang');
    const spawned = await hanging.spawn();
    const waiting = hanging.remote();
    waiting.catch(() => {});
    const running = async () =>
      (await serving.started.invoker.stats({ app: 'invoked', function: 'hang' })).running;
    await vi.waitFor(async () => expect(await running()).toBe(2));
    await client.close();
    await expect(waiting).rejects.toMatchObject({ code: 'CLIENT_CLOSED' });
    await vi.waitFor(async () => expect(await running()).toBe(1));
    expect((await serving.durable.get('main', spawned.id)).state).toBe('running');
  });

  it('is opened again after the server came back, and gets results that were waited for', async () => {
    await using serving = await serveApp(FILE);
    const token = await serving.server.token('invoke');
    const { functions } = serving.client({ token });
    const hanging = await functions.fromName<typeof hang>('invoked', 'hang');
    const adding = await functions.fromName<typeof add>('invoked', 'add');
    const done = await adding.spawn(20, 1);
    expect(await done.get()).toBe(21);
    const spawned = await hanging.spawn();
    const waiting = spawned.get();
    const lost = hanging.remote();
    lost.catch(() => {});
    await vi.waitFor(async () => {
      expect(await serving.started.invoker.stats({ app: 'invoked', function: 'hang' })).toMatchObject({
        running: 2,
      });
    });
    await serving.restart();
    await expect(lost).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    expect(await adding.remote(1, 1)).toBe(2);
    expect(await serving.client().functionCalls.fromId(done.id).get()).toBe(21);
    // The call runs again, since its container is gone with the server.
    await vi.waitFor(async () => {
      expect(await serving.durable.get('main', spawned.id)).toMatchObject({ state: 'running', attempts: 1 });
    });
    await serving.durable.cancel('main', spawned.id);
    await expect(waiting).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
  });

  it('does not keep a program running that waits for nothing', async () => {
    await using serving = await serveApp(FILE);
    const { url, dataFolder } = serving.server;
    const program = `
      import { DrayClient } from ${JSON.stringify(path.join(import.meta.dirname, '../../src/client.ts'))};
      const client = new DrayClient({ url: ${JSON.stringify(url)} });
      const add = await client.functions.fromName('invoked', 'add');
      console.log(await add.remote(1, 2), await (await add.spawn(3, 4)).get());
    `;
    const env = {
      ...process.env,
      DRAY_DATA_DIR: dataFolder,
      DRAY_CONFIG_PATH: path.join(dataFolder, 'none.toml'),
    };
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
      env,
    });
    expect(stdout).toBe('3 7\n');
  });

  it('needs a token that may invoke, and one that is revoked ends it', async () => {
    await using serving = await serveApp(FILE);
    const { server } = serving;
    const noToken = serving.client({ token: { id: 'tk-none', secret: 'ts-none' } });
    await expect(noToken.functions.fromName('invoked', 'add')).rejects.toMatchObject({
      code: 'TOKEN_REFUSED',
    });
    const reader = serving.client({ token: await server.token('read') });
    await expect(reader.functions.fromName('invoked', 'add')).rejects.toMatchObject({
      code: 'SCOPE_MISSING',
    });
    const token = await server.token('invoke');
    const client = serving.client({ token });
    const counting = await client.functions.fromName<typeof count>('invoked', 'count');
    const stream = counting.remote(1e9);
    expect(await stream.next()).toEqual({ done: false, value: 1 });
    expect((await server.fetch(`/v1/tokens/${token.id}`, { method: 'DELETE' })).status).toBe(200);
    const reading = (async () => {
      for await (const _ of stream);
    })();
    await expect(reading).rejects.toMatchObject({ code: 'TOKEN_REFUSED' });
    await expect(counting.stats()).rejects.toMatchObject({ code: 'TOKEN_REFUSED' });
  });

  it('tells when no server is there, or something else is', async () => {
    await using serving = await serveApp(FILE);
    const client = serving.client({ url: 'http://127.0.0.1:1' });
    await expect(client.functions.fromName('invoked', 'add')).rejects.toMatchObject({
      code: 'SERVER_UNREACHABLE',
    });
  });

  it('is closed to who sends what makes no sense, and others go on', async () => {
    await using serving = await serveApp(FILE);
    const adding = await serving.client().functions.fromName<typeof add>('invoked', 'add');
    const token = await serving.server.token('invoke');
    const socket = new WebSocket(`${serving.server.url.replace('http', 'ws')}/v1/invoke`, {
      headers: { authorization: basic(token) },
    });
    await new Promise((resolve) => socket.once('open', resolve));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.send(Buffer.from('no frame at all, but long enough to be the start of one'));
    expect(await closed).toBe(1007);
    expect(await adding.remote(1, 2)).toBe(3);
    expect(serving.server.defects).toEqual([]);
  });
});

describe('code in a container of a server', () => {
  it('calls, spawns for good, and finds calls', async () => {
    await using serving = await serveApp(FILE);
    const { functions } = serving.client();
    const relaying = await functions.fromName<typeof relay>('invoked', 'relay');
    expect(await relaying.remote('add', 1)).toBe(2);
    expect(await relaying.remote('spawn', 1)).toBe(3);
    expect(await relaying.remote('attempts', 0)).toEqual(['RangeError: nested', 'RangeError: nested']);
    const id = (await relaying.remote('forget', 1)) as string;
    expect(await serving.client().functionCalls.fromId(id).get()).toBe(4);
    expect(await serving.durable.get('main', id)).toMatchObject({ parent: expect.stringMatching(/^fc-/) });
    const looking = await functions.fromName<typeof lookUp>('invoked', 'lookUp');
    expect(await looking.remote(id)).toBe(4);
  });

  it('calls the functions of other apps by their names', async () => {
    await using serving = await serveApp(FILE, {}, [
      path.join(import.meta.dirname, '../fixtures/apps/marked.ts'),
    ]);
    const calling = await serving.client().functions.fromName<typeof callBeside>('invoked', 'callBeside');
    expect(await calling.remote(7)).toEqual([7, 8]);
    await using alone = await serveApp(FILE);
    const lost = await alone.client().functions.fromName<typeof callBeside>('invoked', 'callBeside');
    await expect(lost.remote(7)).rejects.toMatchObject({ code: 'APP_NOT_FOUND' });
  });

  it('throws across two containers and a client as it was thrown', async () => {
    await using serving = await serveApp(FILE);
    const failing = await serving.client().functions.fromName<typeof fail>('invoked', 'fail');
    const error = await (await failing.spawn('far away')).get().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RangeError);
    expect(error).toMatchObject({ message: 'far away', detail: [1, 2] });
  });
});
