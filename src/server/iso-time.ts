/**
 * Times as the API tells them. Pure.
 */

/** `2026-11-24T16:05:00.123Z`, of milliseconds since 1970. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
