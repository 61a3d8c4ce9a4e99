/**
 * The errors of a server that is not there, or is something else. Pure.
 */
import { EnvironmentError } from '../shared/errors.ts';

/** What answers is no server of dray, or one of another time. */
export function serverUnknown(url: string, status: number): EnvironmentError {
  const what = `what answers at ${url} is no server of this dray (status ${status})`;
  return new EnvironmentError('SERVER_UNKNOWN', what, {
    suggestions: [
      'see that server_url is the address of a dray server: dray config show',
      'update the older of the two',
    ],
  });
}

/** Nobody answers. */
export function serverUnreachable(url: string, error: unknown): EnvironmentError {
  const { code, message } = ((error as Error).cause ?? error) as NodeJS.ErrnoException;
  return new EnvironmentError('SERVER_UNREACHABLE', `no server answers at ${url}: ${code ?? message}`, {
    suggestions: [
      'start one on this machine: dray server start',
      'see which server is used: dray config show',
    ],
    cause: error,
  });
}
