/**
 * Who works here, for lists that other people read.
 */
import { hostname, userInfo } from 'node:os';

/** `ada@laptop`, at most 64 characters. */
export function userAndMachine(): string {
  return `${userInfo().username}@${hostname()}`.slice(0, 64);
}
