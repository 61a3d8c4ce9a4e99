/**
 * What is kept of what an app prints and does: lines, and which of them somebody asks for.
 *
 * Pure.
 */

/** `system` is what dray itself says: images that are built, containers that start and end, calls that wait. */
export type LineSource = 'stdout' | 'stderr' | 'system';

/** Where a line comes from. */
export interface LineOrigin {
  readonly environment: string;
  readonly app: string;
  readonly functionName?: string | undefined;
  /** `fc-…`, where it can be told. */
  readonly callId?: string | undefined;
  /** `ct-…` */
  readonly containerId?: string | undefined;
  readonly source: LineSource;
}

export interface LogLine extends LineOrigin {
  /** Grows by one with each line of the server: their order. */
  readonly seq: number;
  /** When it was printed, as the server saw it, in milliseconds since 1970. */
  readonly at: number;
  /** Without its newline. */
  readonly text: string;
}

/** Which lines: those that all given fields fit. */
export interface LineFilter {
  readonly environment: string;
  /** Default: all apps of the environment. */
  readonly app?: string | undefined;
  readonly functionName?: string | undefined;
  readonly callId?: string | undefined;
  readonly containerId?: string | undefined;
  readonly source?: LineSource | undefined;
  /** Milliseconds since 1970; both ends are included. */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  /** Part of the text, in any case of letters. */
  readonly search?: string | undefined;
}

/** Whether a line is one of those that are asked for. */
export function lineMatcher(filter: LineFilter): (line: LogLine) => boolean {
  const { environment, app, functionName, callId, containerId, source } = filter;
  const { since = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY } = filter;
  const search = filter.search?.toLowerCase();
  return (line) =>
    line.environment === environment &&
    (app === undefined || line.app === app) &&
    (functionName === undefined || line.functionName === functionName) &&
    (callId === undefined || line.callId === callId) &&
    (containerId === undefined || line.containerId === containerId) &&
    (source === undefined || line.source === source) &&
    line.at >= since &&
    line.at <= until &&
    (search === undefined || line.text.toLowerCase().includes(search));
}
