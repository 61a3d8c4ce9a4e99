import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { connectDocker } from '../../../../../src/runtime/containers/docker/docker-client.ts';
import { DockerExits } from '../../../../../src/runtime/containers/docker/docker-exits.ts';
import { LABELS } from '../../../../../src/runtime/containers/labels.ts';
import { formatOwner, thisOwner } from '../../../../../src/runtime/containers/owner.ts';

/** The events of an engine, as far as they are needed here: each subscription is in the test's hands. */
class EventSource implements AsyncDisposable {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'docker-events-'));
  readonly #server = http.createServer((request, response) => {
    response.setHeader('Api-Version', '1.47');
    const url = new URL(request.url ?? '', 'http://engine');
    if (url.pathname.endsWith('/_ping')) return void response.end('OK');
    response.writeHead(this.status).flushHeaders();
    if (this.status !== 200) return void response.end('{"message":"not now"}');
    this.subscriptions.push({ query: url.searchParams, response });
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  });
  #wake = Promise.withResolvers<void>();
  readonly subscriptions: { query: URLSearchParams; response: http.ServerResponse }[] = [];
  status = 200;

  async open(): Promise<DockerExits> {
    const socket = path.join(this.#folder, 'docker.sock');
    await new Promise<void>((resolve) => this.#server.listen(socket, resolve));
    return new DockerExits(
      await connectDocker({ host: `unix://${socket}`, source: 'DOCKER_HOST' }),
      `${LABELS.owner}=${formatOwner(thisOwner())}`,
    );
  }

  async untilSubscribed(count: number) {
    while (this.subscriptions.length < count) await this.#wake.promise;
    return this.subscriptions[count - 1] as (typeof this.subscriptions)[number];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    rmSync(this.#folder, { recursive: true });
  }
}

const event = (action: string, id: string, attributes: Record<string, string> = {}, time = 1_000) =>
  `${JSON.stringify({ Type: 'container', Action: action, Actor: { ID: id, Attributes: attributes }, time })}\n`;

describe('DockerExits', () => {
  it('asks for the ends of its own containers only', async () => {
    await using source = new EventSource();
    const exits = await source.open();
    await exits.subscribe();
    const { query } = await source.untilSubscribed(1);
    expect(JSON.parse(query.get('filters') ?? '')).toEqual({
      type: ['container'],
      label: [`dev.dray.owner=${formatOwner(thisOwner())}`],
      event: ['die', 'oom', 'destroy'],
    });
    exits.close();
  });

  it('subscribes once for all containers', async () => {
    await using source = new EventSource();
    const exits = await source.open();
    await Promise.all([exits.subscribe(), exits.subscribe()]);
    await exits.subscribe();
    expect(source.subscriptions.length).toBe(1);
    exits.close();
  });

  it('tells each container its own end, memory kill and removal', async () => {
    await using source = new EventSource();
    const exits = await source.open();
    await exits.subscribe();
    const [one, two] = [exits.watch('one'), exits.watch('two')];
    const { response } = await source.untilSubscribed(1);
    response.write(event('oom', 'two') + event('die', 'stranger', { exitCode: '9' }));
    response.write(event('die', 'one', { exitCode: '7' }) + event('die', 'two', { exitCode: '137' }));
    response.write(event('destroy', 'one'));
    expect(await Promise.all([one.died, two.died, two.outOfMemory, one.removed])).toEqual([
      7,
      137,
      true,
      true,
    ]);
    exits.close();
  });

  it('reads events that come in pieces', async () => {
    await using source = new EventSource();
    const exits = await source.open();
    await exits.subscribe();
    const fate = exits.watch('one');
    const { response } = await source.untilSubscribed(1);
    for (const byte of event('die', 'one', { exitCode: '3' })) {
      response.write(byte);
      await new Promise(setImmediate);
    }
    expect(await fate.died).toBe(3);
    exits.close();
  });

  it('takes a lost stream up again from the last event seen', async () => {
    await using source = new EventSource();
    const exits = await source.open();
    await exits.subscribe();
    const [one, two] = [exits.watch('one'), exits.watch('two')];
    const first = await source.untilSubscribed(1);
    first.response.write(event('die', 'one', { exitCode: '0' }, 1_700_000_123));
    await one.died;
    first.response.destroy();
    const second = await source.untilSubscribed(2);
    expect(second.query.get('since')).toBe('1700000123');
    second.response.write(event('die', 'two', { exitCode: '5' }));
    expect(await two.died).toBe(5);
    exits.close();
  });

  it('takes up a stream that was lost before any event from the time it began, by the clock of the engine', async () => {
    await using source = new EventSource();
    const exits = await source.open();
    await exits.subscribe();
    (await source.untilSubscribed(1)).response.end();
    const { query } = await source.untilSubscribed(2);
    expect(Math.abs(Number(query.get('since')) - Date.now() / 1_000)).toBeLessThan(60);
    exits.close();
  });

  it('fails the start that needs it where the engine refuses, and tries again for the next', async () => {
    await using source = new EventSource();
    const exits = await source.open();
    source.status = 500;
    await expect(exits.subscribe()).rejects.toMatchObject({ statusCode: 500 });
    source.status = 200;
    await exits.subscribe();
    expect(source.subscriptions.length).toBe(1);
    exits.close();
  });

  it('asks for nothing more once it is closed', async () => {
    await using source = new EventSource();
    const exits = await source.open();
    await exits.subscribe();
    const { response } = await source.untilSubscribed(1);
    const closed = new Promise((resolve) => response.once('close', resolve));
    exits.close();
    await closed;
    expect(source.subscriptions.length).toBe(1);
  });
});
