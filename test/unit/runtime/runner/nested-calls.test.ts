import { describe, expect, it } from 'vitest';
import { decodeValue, encodeValue } from '../../../../src/protocol/value-codec.ts';
import { DrivenRunner } from '../../../helpers/driven-runner.ts';

const source = `
export const other = app.function(async (n) => n);
export const lines = app.function(async function* (n) { yield n; });
export const Model = app.cls(class { constructor(size) {} predict(text) { return text; } });
`;

const settled = (request: number, value: unknown, ok = true) =>
  ({ type: 'invoke-settled', request, ok, payload: encodeValue(value, 'value') }) as const;
const accepted = (request: number, id: string) => ({ type: 'invoke-accepted', request, id }) as const;
const given = (request: number, value: unknown) =>
  ({ type: 'invoke-value', request, payload: encodeValue(value, 'value') }) as const;

function driven(body: string, concurrency = 1) {
  return DrivenRunner.start({
    source: `${source}\nexport const f = app.function(async (n) => { ${body} });`,
    serve: 'f',
    concurrency,
  });
}

describe('a call from inside a container', () => {
  it('tells which call asks, what for and with which arguments, and gives the answer', async () => {
    await using runner = await driven('return (await other.remote(n)) + 1;', 2);
    runner.call(7, [70]);
    const invoke = await runner.next('invoke');
    expect(invoke).toMatchObject({
      parent: 7,
      operation: 'submit',
      target: { app: 'driven', function: 'other' },
    });
    expect(invoke.id).toMatch(/^fc-\w{22}$/);
    expect(decodeValue(invoke.payload)).toEqual([70]);
    runner.send(settled(invoke.request, 41));
    expect(await runner.result(7)).toBe(42);
  });

  it('names its own parent, of several calls that run', async () => {
    await using runner = await driven(
      'await new Promise((resolve) => setTimeout(resolve, 1)); return other.remote(n);',
      3,
    );
    for (const n of [1, 2, 3]) runner.call(n, [n]);
    for (const _ of [1, 2, 3]) {
      const { parent, request, payload } = await runner.next('invoke');
      expect(decodeValue(payload)).toEqual([parent]);
      runner.send(settled(request, `of ${parent}`));
    }
    for (const n of [1, 2, 3]) expect(await runner.result(n)).toBe(`of ${n}`);
  });

  it('throws the error that it is answered with', async () => {
    await using runner = await driven(
      'try { await other.remote(n) } catch (error) { return [error.name, error.message] }',
    );
    runner.call(1);
    runner.send(settled((await runner.next('invoke')).request, new RangeError('out'), false));
    expect(await runner.result(1)).toEqual(['RangeError', 'out']);
  });

  it('carries method, parameters and changed options', async () => {
    await using runner = await driven('return new Model("large").predict.withOptions({ cpu: 2 }).remote(n);');
    runner.call(1, ['text']);
    const { target, request } = await runner.next('invoke');
    expect([target.function, target.method]).toEqual(['Model', 'predict']);
    expect(decodeValue(target.parameters as Uint8Array)).toEqual(['large']);
    expect(decodeValue(target.overrides as Uint8Array)).toEqual({ cpu: 2 });
    runner.send(settled(request, 'done'));
    expect(await runner.result(1)).toBe('done');
  });

  it('says that the code waits only once it does', async () => {
    await using runner = await driven(
      'const call = await other.spawn(n); console.log("spawned"); await call.get({ timeoutMs: 0 }).catch((error) => console.log("looked", error.code)); return call.get();',
    );
    runner.call(1);
    const spawn = await runner.next('invoke');
    expect(spawn).toMatchObject({ operation: 'spawn', id: expect.stringMatching(/^fc-/) });
    runner.send(accepted(spawn.request, spawn.id));
    await runner.says(1, 'spawned');
    const find = await runner.next('invoke');
    expect(find).toMatchObject({ operation: 'find', id: spawn.id });
    runner.send(accepted(find.request, spawn.id));
    expect(await runner.next('invoke-credit')).toMatchObject({ request: find.request, count: 1 });
    expect(runner.printed.get(1)).toBe('spawned\nlooked CALL_PENDING\n');
    runner.send(settled(find.request, 'late'));
    expect(await runner.result(1)).toBe('late');
    expect(runner.left).toEqual([]);
  });

  it('gives a result that is there already to who only looks for it', async () => {
    await using runner = await driven('return FunctionCall.fromId("fc-known").get({ timeoutMs: 0 });');
    runner.call(1);
    const find = await runner.next('invoke');
    runner.send(settled(find.request, 'found'));
    expect(await runner.result(1)).toBe('found');
  });

  it('takes the id that a call was accepted under, and says no more of one that was refused', async () => {
    await using runner = await driven(
      'const { id } = await other.withOptions({ idempotencyKey: "once" }).spawn(n); return [id, await other.spawn(n).catch((error) => error.message)];',
    );
    runner.call(1);
    const first = await runner.next('invoke');
    expect(first).toMatchObject({ operation: 'spawn', idempotencyKey: 'once' });
    runner.send(accepted(first.request, 'fc-first'));
    const second = await runner.next('invoke');
    expect(second.idempotencyKey).toBe('');
    runner.send(settled(second.request, new Error('no room'), false));
    expect(await runner.result(1)).toEqual(['fc-first', 'no room']);
  });

  it('cancels, and finds calls by their id', async () => {
    await using runner = await driven(
      'await (await other.spawn(n)).cancel({ terminateContainers: true }); return FunctionCall.fromId("fc-known").get();',
    );
    runner.call(1);
    const spawn = await runner.next('invoke');
    runner.send(accepted(spawn.request, spawn.id));
    const spawned = await runner.next('invoke');
    expect(spawned).toMatchObject({ operation: 'find', id: spawn.id });
    expect(await runner.next('invoke-cancel')).toEqual({
      type: 'invoke-cancel',
      request: spawned.request,
      terminateContainers: true,
    });
    const find = await runner.next('invoke');
    expect(find).toMatchObject({ operation: 'find', id: 'fc-known' });
    runner.send(settled(find.request, 'found'));
    expect(await runner.result(1)).toBe('found');
  });

  it('asks for figures and changes the scaling', async () => {
    await using runner = await driven(
      'await other.updateAutoscaler({ minContainers: 2 }); return other.stats();',
    );
    runner.call(1);
    const update = await runner.next('invoke');
    expect([update.operation, decodeValue(update.payload)]).toEqual([
      'update-autoscaler',
      { minContainers: 2 },
    ]);
    runner.send({ ...settled(update.request, undefined), payload: new Uint8Array() });
    const stats = await runner.next('invoke');
    expect(stats.operation).toBe('stats');
    runner.send(settled(stats.request, { backlog: 1, containers: 2, running: 3 }));
    expect(await runner.result(1)).toEqual({ backlog: 1, containers: 2, running: 3 });
  });
});

describe('a stream that a container reads', () => {
  it('gives credit as it reads, and the value that the generator returned', async () => {
    await using runner = await driven(
      'const all = []; const s = lines.remote(n); for (;;) { const { done, value } = await s.next(); if (done) return [all.length, value]; all.push(value); }',
    );
    runner.call(1);
    const { request, operation } = await runner.next('invoke');
    expect(operation).toBe('stream');
    let credit = (await runner.next('invoke-credit', request)).count;
    for (let sent = 0; sent < 500; sent++) {
      if (credit === 0) credit += (await runner.next('invoke-credit', request)).count;
      credit--;
      runner.send(given(request, sent));
    }
    runner.send(settled(request, 'end'));
    expect(await runner.result(1)).toEqual([500, 'end']);
  });

  it('is cancelled by leaving early, and waited for', async () => {
    await using runner = await driven(
      'for await (const value of lines.remote(n)) { console.log("got " + value); break; } return "left";',
    );
    runner.call(1);
    const { request } = await runner.next('invoke');
    runner.send(given(request, 'a'));
    runner.send(given(request, 'b'));
    await runner.next('invoke-cancel', request);
    await runner.taken();
    expect(runner.left.filter(({ type }) => type === 'succeeded')).toEqual([]);
    runner.send(settled(request, new Error('cancelled'), false));
    expect(await runner.result(1)).toBe('left');
    expect(runner.printed.get(1)).toBe('got a\n');
  });

  it('throws what the generator threw, after its values', async () => {
    await using runner = await driven(
      'const seen = []; try { for await (const value of lines.remote(n)) seen.push(value); } catch (error) { return [...seen, error.message]; }',
    );
    runner.call(1);
    const { request } = await runner.next('invoke');
    runner.send(given(request, 'a'));
    runner.send(settled(request, new Error('broken'), false));
    expect(await runner.result(1)).toEqual(['a', 'broken']);
  });
});
