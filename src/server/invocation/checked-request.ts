/**
 * Checks what a client sends over its connection, before anything of it is used. Pure.
 *
 * A container's runner is of the same build as its engine; a client may be anything.
 */
import type { InvokeRequest } from '../../invocation/invocation-session.ts';
import { INVOKE_OPERATIONS, type InvokeTarget, type RunnerMessage } from '../../protocol/runner-messages.ts';

/** The request in a message. Throws where it is none, or has a field that it may not have. */
export function checkedRequest(message: RunnerMessage): InvokeRequest {
  switch (message.type) {
    case 'invoke-cancel':
      return check(message, isNumber(message.request) && typeof message.terminateContainers === 'boolean');
    case 'invoke-credit':
      return check(message, isNumber(message.request) && isNumber(message.count));
    case 'invoke': {
      const { request, operation, id, target, idempotencyKey, payload } = message;
      const fine =
        isNumber(request) &&
        INVOKE_OPERATIONS.includes(operation) &&
        isText(id, 64) &&
        isTarget(target) &&
        isText(idempotencyKey, 256) &&
        payload instanceof Uint8Array;
      return check(message, fine);
    }
    default:
      throw new Error(`a client sends no ${message.type}`);
  }
}

function check<Message>(message: Message, fine: boolean): Message {
  if (!fine) throw new Error('a field of the message is wrong');
  return message;
}

function isTarget(target: unknown): target is InvokeTarget {
  if (typeof target !== 'object' || target === null) return false;
  const {
    app,
    function: name,
    method,
    parameters,
    overrides,
  } = target as Record<keyof InvokeTarget, unknown>;
  return (
    isText(app, 64) &&
    isText(name, 256) &&
    (method == null || isText(method, 256)) &&
    (parameters == null || parameters instanceof Uint8Array) &&
    (overrides == null || overrides instanceof Uint8Array)
  );
}

function isNumber(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isText(value: unknown, longest: number): boolean {
  return typeof value === 'string' && value.length <= longest;
}
