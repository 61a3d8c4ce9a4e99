/**
 * The fault itself: a server is killed amid calls that are being accepted, that wait and that run.
 */
import { expect } from 'vitest';
import type { FunctionCall } from '../../src/sdk/function-call.ts';
import { type KilledServer, type Marked, settledCount } from './killed-server.ts';

export interface KillPlan {
  /** How often to do it all. */
  readonly rounds: number;
  /** Calls of a round. */
  readonly calls: number;
}

/** How often the loops are run, and with how many calls: `DRAY_FAULT_ROUNDS`, `DRAY_FAULT_CALLS`. */
export function killPlan(usual: KillPlan): KillPlan {
  return {
    rounds: Number(process.env.DRAY_FAULT_ROUNDS ?? usual.rounds),
    calls: Number(process.env.DRAY_FAULT_CALLS ?? usual.calls),
  };
}

/** Every call that was accepted ends in exactly one result, whenever the server is killed. */
export async function killAmidCalls(server: KilledServer, { rounds, calls }: KillPlan): Promise<void> {
  const seen = new Map<string, Marked>();
  for (let round = 0; round < rounds; round++) {
    const numbers = Array.from({ length: calls }, (_, n) => round * calls + n);
    // While they are being accepted: those whose answer was cut off are asked for again, by the same id.
    const spawning = numbers.map((n) => server.mark.spawn(n, 5));
    await settledCount(spawning, Math.ceil(calls / 4));
    await server.kill();
    const spawned: FunctionCall<Marked>[] = await Promise.all(spawning);
    // While they run and wait.
    const getting = spawned.map((call) => call.get());
    await settledCount(getting, Math.ceil(calls / 3));
    await server.kill();
    const results = await Promise.all(getting);
    expect(results.map(([n]) => n)).toEqual(numbers);
    for (const [index, { id }] of spawned.entries()) {
      expect(seen.has(id)).toBe(false);
      seen.set(id, results[index] as Marked);
    }
    expect(await server.states()).toEqual({ succeeded: seen.size });
  }
  await server.kill();
  // What was told once is what is kept: no call ended twice.
  for (const [id, result] of seen) expect(await server.resultOf(id)).toEqual(result);
}
