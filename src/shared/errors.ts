/**
 * The error kinds of dray and their exit codes.
 *
 * Every error a user can meet is a ToolError: a stable code, one sentence, suggestions, a docs reference.
 * The kind says who can act: the user, the owner of the machine, the author of the function, or us.
 *
 * Invariants
 * - `code` is UPPER_SNAKE, unique, and documented in docs/errors.md (a test compares the two)
 * - `exitCode` and `oclif.exit` agree: oclif reads the first under --json and the second otherwise
 */

/** What a process started by `dray` exits with. */
export const ExitCode = {
  ok: 0,
  functionThrew: 1,
  usage: 2,
  environment: 3,
  refused: 4,
  bug: 70,
  interrupted: 130,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

export interface ToolErrorOptions {
  /** What the user can do next, one action a line, most likely first. */
  suggestions?: readonly string[];
  /** A page of the documentation, relative to the repository root. Default: the code's entry in docs/errors.md. */
  ref?: string;
  /** Lines shown under the message as they are: a code frame, the last output of a build step. */
  details?: string;
  cause?: unknown;
}

/** An error that a user can meet. Not thrown itself: use one of the kinds below. */
export abstract class ToolError extends Error {
  readonly code: string;
  readonly suggestions: readonly string[];
  readonly ref: string;
  readonly details: string | undefined;
  readonly exitCode: ExitCode;
  readonly oclif: { readonly exit: ExitCode };

  constructor(exitCode: ExitCode, code: string, message: string, options: ToolErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Error';
    this.code = code;
    this.suggestions = options.suggestions ?? [];
    this.ref = options.ref ?? `docs/errors.md#${code.toLowerCase()}`;
    this.details = options.details;
    this.exitCode = exitCode;
    this.oclif = { exit: exitCode };
  }
}

/** Wrong usage or a wrong app file: whoever typed it can mend it. Exit code 2. */
export class UserError extends ToolError {
  constructor(code: string, message: string, options?: ToolErrorOptions) {
    super(ExitCode.usage, code, message, options);
  }
}

/** Docker, a registry, the disk or the network is not as needed. Exit code 3. */
export class EnvironmentError extends ToolError {
  constructor(code: string, message: string, options?: ToolErrorOptions) {
    super(ExitCode.environment, code, message, options);
  }
}

/** What keeps things said no: not found, there already, not allowed. Exit code 4. */
export class RefusedError extends ToolError {
  constructor(code: string, message: string, options?: ToolErrorOptions) {
    super(ExitCode.refused, code, message, options);
  }
}

/** The user's function failed: it threw, timed out, or its container died. Exit code 1. */
export class FunctionError extends ToolError {
  constructor(code: string, message: string, options?: ToolErrorOptions) {
    super(ExitCode.functionThrew, code, message, options);
  }
}

/** dray itself is wrong. The only kind shown with a stack of ours. Exit code 70. */
export class BugError extends ToolError {
  constructor(message: string, options?: ToolErrorOptions) {
    super(ExitCode.bug, 'BUG', message, {
      suggestions: ['report it with the lines above and `dray --version`'],
      ...options,
    });
  }
}

/** The user pressed Ctrl-C. Not a failure: everything is cleaned up and nothing is said. Exit code 130. */
export class InterruptedError extends ToolError {
  constructor() {
    super(ExitCode.interrupted, 'INTERRUPTED', 'interrupted');
  }
}

/** What a server tells of an error. */
export interface RemoteErrorDocument {
  readonly code: string;
  readonly message: string;
  readonly suggestions: readonly string[];
  readonly details?: string | undefined;
}

/** The error that a server answered with, by its status: its code is one of those that the server can throw. */
export function errorFromServer(
  status: number,
  { code, message, suggestions, details }: RemoteErrorDocument,
): ToolError {
  const Kind = status === 422 ? UserError : status >= 500 ? EnvironmentError : RefusedError;
  return new Kind(code, message, { suggestions, ...(details !== undefined && { details }) });
}
