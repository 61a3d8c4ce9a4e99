/**
 * Where a request comes from: the address of its connection. What headers say of it anybody can write.
 */
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';

/** The address, for limits and for showing. */
export function clientAddress(c: Context): string {
  return getConnInfo(c).remote.address?.replace(/^::ffff:/, '') ?? 'unknown';
}
