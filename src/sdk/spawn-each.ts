/**
 * Spawns a call for each item, with a bounded number of them on the way to being accepted.
 *
 * Invariants
 * - calls come in the order of their items
 * - where one is refused no further item is read; those accepted before go on
 */
import { UserError } from '../shared/errors.ts';
import type { CallRoute } from './call-route.ts';
import { FunctionCall } from './function-call.ts';
import type { Items } from './map-results.ts';

/** Calls that are submitted and not accepted yet. */
const WINDOW = 1000;

/** The calls of all items, once all are accepted. Throws INVALID_OPTION for a route with an idempotency key. */
export async function spawnEach<Result>(
  route: CallRoute,
  items: Items<unknown>,
): Promise<FunctionCall<Result>[]> {
  const { spawning } = route;
  if (spawning.idempotencyKey !== undefined) {
    throw new UserError('INVALID_OPTION', 'spawnMap makes several calls, and an idempotencyKey is for one', {
      suggestions: ['spawn them one by one, each with a key of its own'],
    });
  }
  const invoker = route.invoker();
  const calls: FunctionCall<Result>[] = [];
  const window: (Promise<void> | undefined)[] = [];
  let refusal: { readonly reason: unknown } | undefined;
  for await (const item of items) {
    const call = invoker.submit(route.target, [item], spawning);
    call.accepted?.catch((reason: unknown) => {
      refusal ??= { reason };
    });
    calls.push(new FunctionCall(call));
    if (call.accepted === undefined) continue;
    window.push(call.accepted);
    if (window.length === WINDOW) await Promise.all(window.splice(0, WINDOW / 2));
    if (refusal !== undefined) throw refusal.reason;
  }
  await Promise.all(window);
  return calls;
}
