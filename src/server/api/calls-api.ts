/**
 * Handlers of the routes of calls. They only translate: JSON into arguments, outcomes into JSON.
 *
 * A call over HTTP is kept for good like a spawned one, so that it goes on when its connection breaks.
 */
import type { CallReply, CallResultReply } from '../../protocol/api/call-routes.ts';
import type { EncodedOutcome } from '../../protocol/invocation.ts';
import { jsonValue } from '../../protocol/json-value.ts';
import { decodeValue, encodeValue } from '../../protocol/value-codec.ts';
import type { CallView, DurableCalls } from '../../runtime/calls/durable-calls.ts';
import { newId } from '../../shared/ids.ts';
import type { ApiHandlers } from '../bind-routes.ts';
import type { Services } from '../services.ts';

type CallHandlers = Pick<ApiHandlers, 'makeCall' | 'calls' | 'call' | 'cancelCall'>;

/** The handlers, over the calls that the server keeps. */
export function callsApi({ calls, callsOf, ending }: Services): CallHandlers {
  return {
    async makeCall({ params, body, signal }) {
      const { environment, app, function: name } = params;
      const { args, method, parameters, wait, waitMs, idempotencyKey } = body;
      const host = await callsOf(environment);
      const id = await host.spawn(
        {
          id: newId('fc'),
          target: {
            ...{ app, function: name },
            ...(method !== undefined && { method }),
            ...(parameters !== undefined && { parameters: copied(encodeValue(parameters, 'parameters')) }),
          },
          payload: copied(encodeValue(args, 'args')),
          idempotencyKey,
        },
        'http',
      );
      const limitMs = wait ? waitMs : 0;
      return callResult(await calls.get(), environment, id, { limitMs, signals: [signal, ending] });
    },
    async calls({ query }) {
      const { environment, app, function: functionName, state, parent, before, limit } = query;
      const found = await (await calls.get()).list({
        ...{ environment, limit },
        ...(app !== undefined && { app }),
        ...(functionName !== undefined && { functionName }),
        ...(state !== undefined && { states: state }),
        ...(parent !== undefined && { parent }),
        ...(before !== undefined && { before }),
      });
      return { calls: found.map(callReply) };
    },
    async call({ params: { id }, query: { environment, waitMs }, signal }) {
      const waiting = { limitMs: waitMs, signals: [signal, ending] };
      return callResult(await calls.get(), environment, id, waiting);
    },
    async cancelCall({ params: { id }, query: { environment }, body: { terminateContainers } }) {
      return { cancelled: await (await calls.get()).cancel(environment, id, terminateContainers) };
    },
  };
}

/** A call and its outcome, once it has one or the wait is over. */
async function callResult(
  calls: DurableCalls,
  environment: string,
  id: string,
  { limitMs, signals }: { limitMs: number; signals: readonly AbortSignal[] },
): Promise<CallResultReply> {
  const settled = Promise.withResolvers<EncodedOutcome | undefined>();
  let outcome: EncodedOutcome | undefined;
  let expired = false;
  try {
    const open = await calls.find(environment, id, (found) => settled.resolve(found));
    const giveUp = () => settled.resolve(undefined);
    const over = AbortSignal.any([AbortSignal.timeout(limitMs), ...signals]);
    over.addEventListener('abort', giveUp, { once: true });
    if (over.aborted) giveUp();
    outcome = await settled.promise;
    open.awaited(false);
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'OUTPUT_EXPIRED') throw error;
    expired = true;
  }
  const reply = callReply(await calls.get(environment, id));
  const value = outcome && decodeValue(outcome.payload);
  const succeeded = outcome?.state === 'succeeded';
  return {
    ...reply,
    result: succeeded ? jsonValue(value) : null,
    error: outcome === undefined || succeeded ? null : errorReply(value),
    expired,
  };
}

function callReply(view: CallView): CallReply {
  const { id, environment, app, functionName, method, state, origin, parent, idempotencyKey } = view;
  return {
    ...{ id, environment, app, state, origin, attempts: view.attempts },
    function: functionName,
    method: method === '' ? null : method,
    waitingFor: view.waitingFor ?? null,
    parent: parent ?? null,
    idempotencyKey: idempotencyKey ?? null,
    acceptedAt: iso(view.acceptedAt),
    startedAt: view.startedAt === undefined ? null : iso(view.startedAt),
    settledAt: view.settledAt === undefined ? null : iso(view.settledAt),
  };
}

/** A function can throw anything. */
function errorReply(thrown: unknown): CallResultReply['error'] {
  if (!(thrown instanceof Error)) {
    return { name: 'Error', message: JSON.stringify(jsonValue(thrown)), code: null, stack: null };
  }
  const { name, message, stack } = thrown;
  const { code } = thrown as { code?: unknown };
  return { name, message, code: typeof code === 'string' ? code : null, stack: stack ?? null };
}

/** The encoder reuses its memory. */
function copied(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(bytes);
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
