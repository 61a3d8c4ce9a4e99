/**
 * Check: whether the store opens, which version it has and how large it is.
 */
import type { Finding } from '../../protocol/finding.ts';

export async function checkStore(): Promise<Finding[]> {
  return [];
}
