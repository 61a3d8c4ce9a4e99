/**
 * A scheduler on a fake clock and fake containers, with calls that are told by numbers.
 */
import type { WaitEvent } from '../../src/protocol/control-plane.ts';
import type { FunctionManifest } from '../../src/protocol/manifest.ts';
import { Call, type CallOutcome, type CallRequest } from '../../src/runtime/scheduler/call.ts';
import type { FunctionPool } from '../../src/runtime/scheduler/function-pool.ts';
import { Scheduler } from '../../src/runtime/scheduler/scheduler.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeLauncher } from './fake-launcher.ts';
import { functionManifest } from './manifests.ts';

/** More than any of these tests does; a loop that starts containers without end stops here. */
const MAX_CONTAINERS = 200;

export function schedulerBench(
  functions: Partial<FunctionManifest>[] = [{}],
  capacity = { cpus: 4, memoryMiB: 16_384 },
) {
  const clock = new FakeClock();
  const launcher = new BoundedLauncher();
  const waits: WaitEvent[] = [];
  const scheduler = new Scheduler({ launcher, clock, capacity, onWait: (event) => waits.push(event) });
  const pools = new Map<string, FunctionPool>();
  for (const given of functions) {
    const fn = functionManifest(given);
    pools.set(fn.name, scheduler.pool({ key: fn.name, fn, parameters: new Uint8Array() }));
  }
  const pool = (name = 'f') => pools.get(name) as FunctionPool;
  const outcomes = new Map<number, CallOutcome[]>();
  const submit = (n: number, functionName = 'f', more: Partial<CallRequest> = {}): Call => {
    outcomes.set(n, []);
    const call = new Call({
      id: `fc-${n}`,
      method: '',
      payload: Uint8Array.of(n),
      onSettled: (outcome) => void outcomes.get(n)?.push(outcome),
      ...more,
    });
    scheduler.submit(pool(functionName), call);
    return call;
  };
  const outcome = (n: number): CallOutcome | undefined => {
    const [first, ...more] = outcomes.get(n) ?? [];
    if (more.length > 0) throw new Error(`call ${n} settled ${more.length + 1} times`);
    return first;
  };
  /** What became of the n-th call: its result, the kind of its failure, or nothing yet. */
  const ended = (n: number): string | number | undefined => {
    const settled = outcome(n);
    if (settled === undefined) return undefined;
    return settled.ok ? settled.bytes[0] : settled.failure.kind;
  };
  return { clock, launcher, scheduler, pool, submit, outcome, ended, waits };
}

class BoundedLauncher extends FakeLauncher {
  override launch(...given: Parameters<FakeLauncher['launch']>) {
    if (this.runners.length >= MAX_CONTAINERS) throw new Error('containers are started without end');
    return super.launch(...given);
  }
}
