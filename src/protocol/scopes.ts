/**
 * What a token may do. Pure.
 *
 * `deploy` is everything, since whoever deploys runs code of their own on the server; it includes the other two.
 */

/** Every scope, from the widest. */
export const SCOPES = ['deploy', 'invoke', 'read'] as const;
export type Scope = (typeof SCOPES)[number];

/** Whether a token with these scopes may do what needs `wanted`. */
export function hasScope(granted: readonly string[], wanted: Scope): boolean {
  return granted.includes('deploy') || granted.includes(wanted);
}
