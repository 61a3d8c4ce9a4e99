/**
 * What the user's function threw, as the error that ends `dray run` with exit code 1.
 *
 * dray's own errors that pass through user code stay what they are.
 */
import { inspect } from 'node:util';
import { FunctionError, InterruptedError, ToolError } from '../shared/errors.ts';
import { ownFrame } from './own-frames.ts';

/** The user's function threw. Its own name, message and stack are all there is to say. */
export class FunctionThrewError extends FunctionError {
  constructor(functionName: string, thrown: unknown) {
    super('FUNCTION_THREW', `${functionName} threw ${headline(thrown)}`, {
      ...(thrown instanceof Error && { details: describe(thrown) }),
      cause: thrown,
    });
  }
}

/** The error to end with. */
export function thrownError(functionName: string, thrown: unknown): ToolError {
  if (thrown instanceof InterruptedError || thrown instanceof ToolError) return thrown;
  return new FunctionThrewError(functionName, thrown);
}

function headline(thrown: unknown): string {
  if (thrown instanceof Error) return `${thrown.name}: ${firstLine(thrown.message)}`;
  return inspect(thrown, { breakLength: Number.POSITIVE_INFINITY });
}

/** The stack and those of its causes, without frames of dray and of Node. */
function describe(error: Error, depth = 0): string {
  const lines = (error.stack ?? String(error))
    .split('\n')
    .filter((line) => !FOREIGN_FRAME.test(line) && !ownFrame(line));
  const { cause } = error;
  if (!(cause instanceof Error) || depth === MAX_CAUSES) return lines.join('\n');
  return `${lines.join('\n')}\nCaused by: ${describe(cause, depth + 1)}`;
}

/** Causes that are shown; the rest of a long chain helps nobody. */
const MAX_CAUSES = 5;

/** Node's own frames, and the runner's in a container. */
const FOREIGN_FRAME = /^\s+at (.*[( ])?(node:|\/dray-runner)/;

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
