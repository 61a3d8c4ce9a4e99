/**
 * An app on fake containers, with an invoker as handles use it.
 */
import type { FunctionManifest } from '../../src/protocol/manifest.ts';
import { encodeValue } from '../../src/protocol/value-codec.ts';
import { AppCalls } from '../../src/runtime/engine/app-calls.ts';
import { CallDesk } from '../../src/runtime/engine/call-desk.ts';
import { LocalInvoker } from '../../src/runtime/engine/local-invoker.ts';
import { NestedCalls } from '../../src/runtime/engine/nested-calls.ts';
import { TargetPools } from '../../src/runtime/engine/target-pools.ts';
import { Scheduler } from '../../src/runtime/scheduler/scheduler.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeLauncher } from './fake-launcher.ts';
import { functionManifest } from './manifests.ts';

export function localApp(...functions: Partial<FunctionManifest>[]) {
  const clock = new FakeClock();
  const launcher = new FakeLauncher();
  const scheduler = new Scheduler({ launcher, clock, capacity: { cpus: 8, memoryMiB: 65_536 } });
  const desk = new CallDesk(scheduler);
  const pools = new TargetPools(scheduler, 'test', functions.map(functionManifest));
  const encoded = new AppCalls(desk, pools, clock);
  return {
    clock,
    launcher,
    scheduler,
    desk,
    pools,
    encoded,
    nested: new NestedCalls(encoded, 'test'),
    invoker: new LocalInvoker(desk, pools),
  };
}

/** A value as bytes of its own. */
export function encoded(value: unknown): Uint8Array {
  return Uint8Array.from(encodeValue(value, 'value'));
}
