/**
 * Lets a new secret be sealed by the key of the others, and by no other. Pure.
 */
import { BugError } from '../../shared/errors.ts';
import type { NewSecret, SealedValues } from './store.ts';

/** What `seal` gives; `keyId` is that of the secrets that are there. Throws a BugError where it took another key. */
export function sealedByOneKey(seal: NewSecret['seal'], keyId: string | undefined): SealedValues {
  const sealed = seal(keyId);
  if (keyId !== undefined && sealed.keyId !== keyId) throw new BugError('a secret was sealed by another key');
  return sealed;
}
