/**
 * Makes findings of what checks see, and of errors that kept one from its answer. Pure.
 */
import type { CheckName, Finding } from '../../protocol/finding.ts';
import { ToolError } from '../../shared/errors.ts';

/** Something in order. */
export function ok(check: CheckName, message: string): Finding {
  return { check, level: 'ok', message };
}

/** Something worth mending. */
export function warning(check: CheckName, message: string, advice: string): Finding {
  return { check, level: 'warning', message, advice };
}

/** Something that has to be mended. */
export function problem(check: CheckName, message: string, advice: string): Finding {
  return { check, level: 'problem', message, advice };
}

/** The finding for an error that kept a check from its answer. */
export function failed(check: CheckName, error: unknown): Finding {
  if (error instanceof ToolError) {
    return problem(check, error.message, error.suggestions[0] ?? `read ${error.ref}`);
  }
  const { message } = error instanceof Error ? error : new Error(String(error));
  return problem(
    check,
    `this check failed: ${message}`,
    'report it with the lines above and `dray --version`',
  );
}
