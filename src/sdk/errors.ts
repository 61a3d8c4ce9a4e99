/**
 * Errors that user code may catch when a call does not end in a result.
 *
 * An error that the function itself threw is none of these: it is thrown again as it was,
 * with its own name, message, cause and stack.
 */
import { FunctionError, type ToolErrorOptions, UserError } from '../shared/errors.ts';

/** An attempt of the call ran longer than the function's `timeoutMs`, and no retry was left. */
export class FunctionTimeoutError extends FunctionError {
  constructor(functionName: string, timeoutMs: number) {
    super('FUNCTION_TIMEOUT', `${functionName} ran longer than its timeout of ${timeoutMs} ms`, {
      suggestions: [`raise it: timeoutMs: ${timeoutMs * 2}`],
    });
  }
}

/** The call was cancelled before it had a result. */
export class CallCancelledError extends FunctionError {
  constructor(callId: string) {
    super('CALL_CANCELLED', `the call ${callId} was cancelled`);
  }
}

/** The container that ran the call ended under it: it exited, was killed, or ran out of memory. */
export class ContainerLostError extends FunctionError {
  constructor(message: string, options?: ToolErrorOptions & { outOfMemory?: boolean }) {
    super(options?.outOfMemory ? 'OUT_OF_MEMORY' : 'CONTAINER_LOST', message, options);
  }
}

/** The function could not be started at all: its image, its module or its packages failed. */
export class FunctionStartError extends FunctionError {
  constructor(message: string, options?: ToolErrorOptions & { crashLoop?: boolean }) {
    super(options?.crashLoop ? 'CRASH_LOOP' : 'FUNCTION_START_FAILED', message, options);
  }
}

/** The call waited while a version of the app was deployed that has no such function any more. */
export class FunctionRemovedError extends FunctionError {
  constructor(functionName: string) {
    super('FUNCTION_REMOVED', `${functionName} is no part of the app any more: it was deployed without it`, {
      suggestions: [
        'call a function that it has now',
        'or bring the earlier version back: dray app rollback',
      ],
    });
  }
}

/** A call waits for a container, and every container that could serve it is held by calls that wait for it. */
export class FunctionRecursionError extends FunctionError {
  /** @param limit what allows no further container, e.g. `maxContainers 1` */
  constructor(functionName: string, limit: string) {
    super(
      'RECURSION_DEADLOCK',
      `a call of ${functionName} can never run: the containers that ${limit} allows are all held by calls that wait for it`,
      {
        suggestions: [
          'raise maxContainers above the depth of the calls',
          'or let a container run several calls: concurrent: { maxInputs: 10 }',
        ],
      },
    );
  }
}

/** A generator was being read while its server was started again: values may be missing, so the reading ends. */
export class StreamInterruptedError extends FunctionError {
  constructor() {
    super('STREAM_INTERRUPTED', 'the server was started again while a generator was being read', {
      suggestions: ['call it again'],
    });
  }
}

/** `FunctionCall.get({timeoutMs})` gave up waiting. The call goes on. */
export class CallPendingError extends FunctionError {
  constructor(callId: string, timeoutMs: number) {
    super('CALL_PENDING', `the call ${callId} had no result within ${timeoutMs} ms; it goes on`);
  }
}

/** A batched function did not return one result for each call. Every call of the batch fails with it. */
export class BatchResultError extends FunctionError {
  constructor(functionName: string, calls: number, results: unknown) {
    const what = Array.isArray(results) ? `a list of ${results.length}` : `no list but ${kindOf(results)}`;
    super('BATCH_RESULT_MISMATCH', `${functionName} returned ${what} for a batch of ${calls}`, {
      suggestions: ['return an array with one result for each call, in the order of the arguments'],
    });
  }
}

/** Something is read value by value that is no generator function. */
export class NotAGeneratorError extends UserError {
  constructor(message: string, functionName: string) {
    super('NOT_A_GENERATOR', message, {
      suggestions: [
        `await its one result: const result = await ${functionName}.remote(…)`,
        'to yield values, write it as async function*; one that only returns a generator is none',
      ],
    });
  }
}

/** A value cannot cross between the caller and the container. */
export class UncloneableValueError extends UserError {
  /** Where in the arguments or the result, e.g. `args[0].onDone`. */
  readonly path: string;

  constructor(path: string, what: string) {
    super('VALUE_NOT_CLONEABLE', `${path} is ${what}, which cannot cross to or from a container`, {
      suggestions: ['pass plain data: objects, arrays, Map, Set, Date, typed arrays, errors'],
    });
    this.path = path;
  }
}

/** A value has no equal in Python, where the function that is called runs. */
export class UnportableValueError extends UserError {
  /** Where in the arguments, e.g. `args[0].pattern`. */
  readonly path: string;

  constructor(path: string, what: string) {
    super('VALUE_NOT_PORTABLE', `${path} is ${what}, which has no equal in Python`, {
      suggestions: ['pass data that Python has: see the table in docs/python.md'],
    });
    this.path = path;
  }
}

/** A value is larger than a call may carry. */
export class PayloadTooLargeError extends UserError {
  constructor(what: string, bytes: number, limit: number) {
    super(
      'PAYLOAD_TOO_LARGE',
      `${what} are ${mebibytes(bytes)} MiB encoded; a call carries at most ${mebibytes(limit)} MiB`,
      {
        suggestions: ['split the input into several calls', 'pass a path or URL and read it in the function'],
      },
    );
  }
}

function kindOf(value: unknown): string {
  return value === null ? 'null' : typeof value;
}

function mebibytes(bytes: number): string {
  return (bytes / 1_048_576).toFixed(1).replace(/\.0$/, '');
}
