import { describe, expect, it } from 'vitest';
import type { InvocationHost } from '../../../../src/protocol/invocation.ts';
import type { EngineMessage } from '../../../../src/protocol/runner-messages.ts';
import { decodeValue } from '../../../../src/protocol/value-codec.ts';
import { NestedCalls } from '../../../../src/runtime/engine/nested-calls.ts';
import { newId } from '../../../../src/shared/ids.ts';
import { encoded, localApp } from '../../../helpers/local-app.ts';

const target = { app: 'test', function: 'f' };

function asking(...functions: Parameters<typeof localApp>) {
  const app = localApp(...functions);
  const parent = app.invoker.submit(target, []);
  app.launcher.at(0).ready();
  const sent: EngineMessage[] = [];
  const session = app.nested.open({
    send: (message) => sent.push(message),
    callId: (number) => (number === 7 ? parent.id : undefined),
  });
  const invoke = (request: number, more: object = {}) =>
    session.receive({
      type: 'invoke',
      request,
      parent: 7,
      operation: 'submit',
      id: newId('fc'),
      target,
      idempotencyKey: '',
      payload: encoded(['nested']),
      ...more,
    });
  const settled = (request: number) => {
    const found = sent.filter((message) => message.type === 'invoke-settled' && message.request === request);
    if (found.length > 1) throw new Error(`request ${request} was settled ${found.length} times`);
    const [message] = found as Extract<EngineMessage, { type: 'invoke-settled' }>[];
    return message && { ok: message.ok, value: decodeValue(message.payload) };
  };
  return { ...app, sent, session, invoke, settled, parent };
}

describe('calls from containers', () => {
  it('run like those of this process, with the id that they came with and their parent', () => {
    const { desk, launcher, invoke, settled, parent } = asking({});
    const id = newId('fc');
    invoke(1, { id });
    expect(desk.find(id)?.call.parent?.id).toBe(parent.id);
    launcher.at(1).ready();
    expect(launcher.at(1).calls[0]?.id).toBe(id);
    launcher.at(1).answer();
    expect(settled(1)).toEqual({ ok: true, value: ['nested'] });
  });

  it('are refused where their id is taken, or is none', () => {
    const { invoke, settled, launcher } = asking({});
    const id = newId('fc');
    invoke(1, { id });
    invoke(2, { id });
    invoke(3, { id: 'mine' });
    expect(settled(2)).toMatchObject({ ok: false, value: { message: `there is a call ${id} already` } });
    expect(settled(3)).toMatchObject({ ok: false });
    expect(launcher.runners).toHaveLength(2);
  });

  it('are answered with an error where their target is wrong', () => {
    const { invoke, settled } = asking({});
    invoke(1, { target: { app: 'test', function: 'none' } });
    expect(settled(1)).toMatchObject({ ok: false, value: { code: 'FUNCTION_NOT_FOUND' } });
  });

  it('give back what the function threw, and our own errors', () => {
    const { clock, invoke, settled, launcher } = asking({ timeoutMs: 1000 });
    invoke(1);
    launcher.at(1).ready();
    launcher.at(1).answer({ ok: false });
    expect(settled(1)).toEqual({ ok: false, value: ['nested'] });
    invoke(2);
    clock.advance(1000);
    launcher.at(1).end();
    expect(settled(2)).toMatchObject({ ok: false, value: { code: 'FUNCTION_TIMEOUT' } });
  });

  it('are cancelled by their container', () => {
    const { session, invoke, settled, launcher } = asking({});
    invoke(1);
    launcher.at(1).ready();
    session.receive({ type: 'invoke-cancel', request: 1, terminateContainers: true });
    expect(launcher.at(1).killed).toBe(true);
    expect(settled(1)).toMatchObject({ ok: false, value: { code: 'CALL_CANCELLED' } });
  });

  it('are part of a deadlock only once their code waits', () => {
    const { clock, session, invoke, settled } = asking({ maxContainers: 1 });
    invoke(1);
    clock.advance(60_000);
    expect(settled(1)).toBe(undefined);
    session.receive({ type: 'invoke-credit', request: 1, count: 1 });
    clock.advance(2000);
    expect(settled(1)).toMatchObject({ ok: false, value: { code: 'RECURSION_DEADLOCK' } });
  });

  it('that are spawned are accepted at once, and answered with no result', () => {
    const { sent, invoke, settled, launcher } = asking({});
    const id = newId('fc');
    invoke(1, { operation: 'spawn', id });
    expect(sent).toEqual([{ type: 'invoke-accepted', request: 1, id }]);
    launcher.at(1).ready();
    launcher.at(1).answer();
    expect(settled(1)).toBe(undefined);
    invoke(2, { operation: 'find', id });
    expect(settled(2)).toEqual({ ok: true, value: ['nested'] });
  });

  it('say what a function is, for a handle by name', () => {
    const { invoke, settled } = asking({ generator: true });
    invoke(1, { operation: 'describe' });
    expect(settled(1)).toEqual({
      ok: true,
      value: { kind: 'function', generator: true, batched: false, methods: [] },
    });
  });

  it('go outside for other apps, for spawned calls and for those that are not found here', () => {
    const { launcher, encoded: own, desk } = asking({});
    const asked: unknown[] = [];
    const call = { cancel: () => {}, credit: () => {}, awaited: () => {}, progress: () => null as never };
    const outside = {
      submit: ({ target }: { target: object }) => {
        asked.push(target);
        return call;
      },
      spawn: async ({ id }: { id: string }) => {
        asked.push(`spawn ${id}`);
        return id;
      },
      find: async (id: string) => {
        asked.push(`find ${id}`);
        return call;
      },
    } as unknown as InvocationHost;
    const session = new NestedCalls(own, 'test', outside).open({ send: () => {}, callId: () => undefined });
    const given = { type: 'invoke', parent: 0, idempotencyKey: '', payload: encoded([]) } as const;
    const other = { app: 'other', function: 'g' };
    session.receive({ ...given, request: 1, operation: 'submit', id: newId('fc'), target });
    session.receive({ ...given, request: 2, operation: 'submit', id: newId('fc'), target: other });
    session.receive({ ...given, request: 3, operation: 'spawn', id: 'fc-1', target });
    session.receive({ ...given, request: 4, operation: 'find', id: 'fc-2', target });
    expect(asked).toEqual([other, 'spawn fc-1', 'find fc-2']);
    expect(launcher.runners).toHaveLength(2);
    expect(desk.counts.failed).toBe(0);
  });

  it('find a call by its id, running or over', () => {
    const { launcher, invoke, settled, parent } = asking({});
    invoke(1, { operation: 'find', id: parent.id });
    expect(settled(1)).toBe(undefined);
    launcher.at(0).answer();
    expect(settled(1)).toEqual({ ok: true, value: [] });
    invoke(2, { operation: 'find', id: parent.id });
    expect(settled(2)).toEqual({ ok: true, value: [] });
    invoke(3, { operation: 'find', id: newId('fc') });
    expect(settled(3)).toMatchObject({ ok: false, value: { code: 'CALL_NOT_FOUND' } });
  });

  it('read and change numbers of containers', () => {
    const { pools, invoke, settled } = asking({});
    invoke(1, { operation: 'update-autoscaler', payload: encoded({ maxContainers: 4 }) });
    invoke(2, { operation: 'stats' });
    expect(pools.of(target).fn.maxContainers).toBe(4);
    expect(settled(1)).toEqual({ ok: true, value: undefined });
    expect(settled(2)).toMatchObject({ ok: true, value: { containers: 1, running: 1 } });
  });
});

describe('streams that containers read', () => {
  it('get values as far as they are asked for, wherever the call is', () => {
    const { session, invoke, sent, launcher } = asking({});
    invoke(1, { operation: 'stream' });
    session.receive({ type: 'invoke-credit', request: 1, count: 2 });
    launcher.at(1).ready();
    const [call] = launcher.at(1).calls;
    if (call === undefined) throw new Error('no call was handed over');
    expect(call.credit).toBe(2);
    session.receive({ type: 'invoke-credit', request: 1, count: 3 });
    expect(launcher.at(1).credits).toEqual([[call.number, 3]]);
    launcher.at(1).value(call, encoded('v'));
    expect(sent).toEqual([{ type: 'invoke-value', request: 1, payload: encoded('v') }]);
  });

  it('end with the container that reads them, and other calls go on', () => {
    const { session, invoke, launcher, desk } = asking({});
    const id = newId('fc');
    invoke(1, { operation: 'stream' });
    invoke(2, { operation: 'spawn', id });
    launcher.at(1).ready();
    launcher.at(2).ready();
    session.end();
    expect(launcher.at(1).cancelled).toHaveLength(1);
    launcher.at(2).answer();
    expect(desk.find(id)?.outcome?.ok).toBe(true);
  });
});
