/**
 * Turns why a call has no result into the error its caller catches. Pure.
 *
 * What the function threw is thrown again as it was; everything else gets one sentence with its reason and
 * what to do about it.
 */
import type { FunctionManifest } from '../../protocol/manifest.ts';
import { decodeValue } from '../../protocol/value-codec.ts';
import {
  CallCancelledError,
  ContainerLostError,
  FunctionRecursionError,
  FunctionRemovedError,
  FunctionStartError,
  FunctionTimeoutError,
} from '../../sdk/errors.ts';
import { ToolError } from '../../shared/errors.ts';
import type { Call, CallFailure } from '../scheduler/call.ts';
import { MAX_LOSSES } from '../scheduler/losses.ts';
import { attachAttempts } from './attempts.ts';

/** What V8 prints when its own heap limit, not the container's, ends the process (exit code 134, SIGABRT). */
const HEAP_LIMIT = 'JavaScript heap out of memory';

/** The error of a failed call, with what became of its attempts. */
export function errorOfCall(call: Call, failure: CallFailure, fn: FunctionManifest): unknown {
  const error = errorOfFailure(failure, fn, call.id);
  attachAttempts(error, call.failedAttempts, (attempt) =>
    sentenceOf(errorOfFailure(attempt.failure, fn, call.id)),
  );
  return error;
}

function sentenceOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  return thrown instanceof ToolError ? thrown.message : `${thrown.name}: ${thrown.message}`;
}

/** The error of a failure. Not always an Error: a function can throw anything. */
export function errorOfFailure(failure: CallFailure, fn: FunctionManifest, callId: string): unknown {
  switch (failure.kind) {
    case 'thrown':
      return decodeValue(failure.bytes);
    case 'timed-out':
      return new FunctionTimeoutError(fn.name, fn.timeoutMs);
    case 'cancelled':
      return new CallCancelledError(callId);
    case 'container-lost':
      return lostContainer(failure, fn);
    case 'start-timed-out':
      return new FunctionStartError(
        `the container of ${fn.name} was not ready within its startup timeout of ${fn.startupTimeoutMs} ms`,
        { suggestions: [`raise it: startupTimeoutMs: ${fn.startupTimeoutMs * 2}`] },
      );
    case 'container-taken':
      return new ContainerLostError(
        `the container of ${fn.name} was lost during the call: ${failure.reason}`,
        {
          suggestions: [`a call is run again up to ${MAX_LOSSES} times after that`],
        },
      );
    case 'crash-loop':
      return new FunctionStartError(
        `${failure.starts} containers of ${fn.name} in a row ended right after their start: ${describeExit(failure.code)}`,
        {
          crashLoop: true,
          ...(failure.lastOutput !== '' && { details: lastLines(failure.lastOutput) }),
          suggestions: ['see what its modules do when they are imported'],
        },
      );
    case 'deadlock':
      return new FunctionRecursionError(fn.name, failure.obstacle);
    case 'removed':
      return new FunctionRemovedError(fn.name);
    case 'start-failed':
      return failedStart(failure.error, fn);
  }
}

/** How a container ended. */
type ContainerEnd = Omit<Extract<CallFailure, { kind: 'container-lost' }>, 'kind'>;

/** The error of a container that ended before it served, where nothing but its end explains it. */
export function errorOfEarlyEnd(end: ContainerEnd, fn: FunctionManifest): ToolError {
  if (end.outOfMemory) return lostContainer(end, fn);
  return new FunctionStartError(
    `the container of ${fn.name} ended before it could serve: ${describeExit(end.code)}`,
    {
      ...(end.lastOutput !== '' && { details: lastLines(end.lastOutput) }),
      suggestions: ['see what the app file does while it is loaded in the container'],
    },
  );
}

function lostContainer(
  { code, outOfMemory, lastOutput }: ContainerEnd,
  fn: FunctionManifest,
): ContainerLostError {
  if (outOfMemory) {
    const limit = fn.memoryLimitMiB;
    return new ContainerLostError(
      limit === undefined
        ? `the container of ${fn.name} was killed: the host ran out of memory`
        : `the container of ${fn.name} ran out of memory: its limit is ${limit} MiB`,
      {
        outOfMemory: true,
        suggestions: [
          `raise the limit: memoryLimitMiB: ${(limit ?? 1024) * 2}`,
          'or hold less in memory at a time',
        ],
      },
    );
  }
  if (code === 134 && lastOutput.includes(HEAP_LIMIT)) {
    return new ContainerLostError(`${fn.name} ran out of JavaScript heap memory`, {
      outOfMemory: true,
      suggestions: [
        'raise the heap: env: { NODE_OPTIONS: "--max-old-space-size=8192" }',
        'or hold less in memory at a time',
      ],
    });
  }
  return new ContainerLostError(`the container of ${fn.name} ended during the call: ${describeExit(code)}`, {
    ...(lastOutput !== '' && { details: lastLines(lastOutput) }),
    suggestions: code < 128 ? ['return or throw instead of calling process.exit'] : [],
  });
}

function failedStart(error: unknown, fn: FunctionManifest): ToolError {
  // The host refused the container, or the runner has said it all: nothing to add.
  if (error instanceof ToolError) return error;
  const {
    message = String(error),
    stack,
    suggestions,
  } = error as Partial<Error> & { suggestions?: string[] };
  return new FunctionStartError(`${fn.name} could not be started in its container: ${message}`, {
    ...(stack !== undefined && suggestions === undefined && { details: stack }),
    ...(suggestions !== undefined && { suggestions }),
    cause: error,
  });
}

/** Names of the signals that end containers in practice; signal(7). */
const SIGNALS: Readonly<Record<number, string>> = {
  4: 'SIGILL',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  13: 'SIGPIPE',
  15: 'SIGTERM',
};

/** Linux has no signal above it. */
const LAST_SIGNAL = 64;

/** An exit code as a person says it. */
export function describeExit(code: number): string {
  const signal = code - 128;
  if (signal <= 0 || signal > LAST_SIGNAL) return `exit code ${code}`;
  return `killed by ${SIGNALS[signal] ?? `signal ${signal}`} (exit code ${code})`;
}

function lastLines(text: string): string {
  return text.trimEnd().split('\n').slice(-10).join('\n');
}
