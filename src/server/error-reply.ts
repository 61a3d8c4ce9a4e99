/**
 * Turns what a handler threw into a status and a document. Pure.
 *
 * Invariants
 * - of an error that no kind describes nothing is told but that it happened: it is the log's
 */
import type { OAuthErrorCode, OAuthErrorReply } from '../protocol/api/device-routes.ts';
import type { ErrorDocument } from '../protocol/api/error-schemas.ts';
import { ExitCode, ToolError } from '../shared/errors.ts';

const STATUS: Readonly<Record<string, number>> = {
  TOKEN_REFUSED: 401,
  SCOPE_MISSING: 403,
  ROUTE_UNKNOWN: 404,
  TOKEN_UNKNOWN: 404,
  APP_NOT_FOUND: 404,
  CONTAINER_NOT_FOUND: 404,
  CONTAINER_STARTING: 409,
  FUNCTION_NOT_FOUND: 404,
  CALL_NOT_FOUND: 404,
  BLOB_MISSING: 404,
  VERSION_NOT_FOUND: 404,
  ENVIRONMENT_NOT_FOUND: 404,
  SCHEDULE_NOT_FOUND: 404,
  SECRET_NOT_FOUND: 404,
  DEPLOY_RUNNING: 409,
  DEPLOY_CONFLICT: 409,
  DEPLOY_INCOMPLETE: 409,
  SECRET_EXISTS: 409,
  ENVIRONMENT_EXISTS: 409,
  OUTPUT_EXPIRED: 410,
  ENVIRONMENT_IN_USE: 409,
  BODY_TOO_LARGE: 413,
  RATE_LIMITED: 429,
  BACKLOG_FULL: 429,
};

/** Of errors without a status of their own, by who can act. */
const KIND_STATUS: Readonly<Partial<Record<ExitCode, number>>> = {
  [ExitCode.usage]: 422,
  [ExitCode.refused]: 400,
  [ExitCode.environment]: 503,
};

export interface ErrorReply {
  readonly status: number;
  readonly document: ErrorDocument;
}

/** The reply to a request that failed. */
export function errorReply(error: unknown): ErrorReply {
  const status = error instanceof ToolError ? (STATUS[error.code] ?? KIND_STATUS[error.exitCode]) : undefined;
  if (!(error instanceof ToolError) || status === undefined) {
    const message = 'the server failed at this; its log says why';
    return { status: 500, document: { code: 'BUG', message, suggestions: ['see the log of the server'] } };
  }
  const { code, message, suggestions, details } = error;
  const document = { code, message, suggestions: [...suggestions] };
  return { status, document: details === undefined ? document : { ...document, details } };
}

/** What OAuth calls an error, with its own status (RFC 6749 §5.2). */
export class OAuthError extends Error {
  readonly code: OAuthErrorCode;

  constructor(code: OAuthErrorCode, description: string) {
    super(description);
    this.code = code;
  }
}

/** As the routes of the device flow answer. */
export function oauthErrorReply(error: unknown): { status: number; document: OAuthErrorReply } {
  if (error instanceof OAuthError) {
    return { status: 400, document: { error: error.code, error_description: error.message } };
  }
  const { status, document } = errorReply(error);
  const code =
    status === 400 || status === 413 || status === 422 ? 'invalid_request' : 'temporarily_unavailable';
  return { status, document: { error: code, error_description: document.message } };
}
