/**
 * Where a server listens unless somebody says otherwise.
 */

/** This machine alone. */
export const DEFAULT_SERVER_HOST = '127.0.0.1';
/** D-R-A-Y on the keys of a telephone. */
export const DEFAULT_SERVER_PORT = 3729;
