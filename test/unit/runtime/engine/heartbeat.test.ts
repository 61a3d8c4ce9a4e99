import { describe, expect, it } from 'vitest';
import type { ContainerState } from '../../../../src/runtime/containers/container-backend.ts';
import { Heartbeat, PING_EVERY_MS, SILENT_MS } from '../../../../src/runtime/engine/heartbeat.ts';
import { FakeClock } from '../../../helpers/fake-clock.ts';

function setUp(state: ContainerState | Error = 'running', answers = false) {
  const clock = new FakeClock();
  const seen = { pings: 0, probes: 0, lost: [] as string[] };
  const heartbeat: Heartbeat = new Heartbeat({
    clock,
    ping: () => {
      seen.pings++;
      if (answers) heartbeat.heard();
    },
    probe: async () => {
      seen.probes++;
      if (state instanceof Error) throw state;
      return state;
    },
    onLost: (reason) => seen.lost.push(reason),
  });
  /** Lets that many beats pass, and what they asked for be answered. */
  const beats = async (count: number) => {
    for (let beat = 0; beat < count; beat++) {
      clock.advance(PING_EVERY_MS);
      await new Promise(setImmediate);
    }
  };
  return { clock, heartbeat, seen, beats };
}

const UNTIL_SILENT = SILENT_MS / PING_EVERY_MS + 1;

describe('Heartbeat', () => {
  it('asks for signs of life while calls run, and sets no timer otherwise', async () => {
    const { clock, heartbeat, seen, beats } = setUp('running', true);
    expect(clock.pending).toBe(0);
    heartbeat.watch(true);
    await beats(5);
    expect(seen).toEqual({ pings: 5, probes: 0, lost: [] });
    heartbeat.watch(false);
    await beats(3);
    expect([clock.pending, seen.pings]).toEqual([0, 5]);
  });

  it.each(['frozen', 'gone'] as const)('gives up a silent container that is %s', async (state) => {
    const { heartbeat, seen, beats } = setUp(state);
    heartbeat.watch(true);
    await beats(UNTIL_SILENT);
    expect(seen.lost).toHaveLength(1);
  });

  it('never gives up a silent one that runs: its code may block', async () => {
    const { heartbeat, seen, beats } = setUp('running');
    heartbeat.watch(true);
    await beats(100);
    expect(seen.lost).toEqual([]);
    expect(seen.probes).toBeGreaterThan(10);
  });

  it('takes an engine that cannot be asked for no news', async () => {
    const { heartbeat, seen, beats } = setUp(new Error('cannot reach Docker'));
    heartbeat.watch(true);
    await beats(20);
    expect(seen.lost).toEqual([]);
  });

  it('takes anything that is heard for a sign of life', async () => {
    const { heartbeat, seen, beats } = setUp('frozen');
    heartbeat.watch(true);
    for (let round = 0; round < 10; round++) {
      await beats(2);
      heartbeat.heard();
    }
    expect(seen.probes).toBe(0);
  });
});
