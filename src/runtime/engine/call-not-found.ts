/**
 * The error for an id of no call, or of one that ended long ago.
 */
import { UserError } from '../../shared/errors.ts';

/** CALL_NOT_FOUND. */
export function callNotFound(callId: string): UserError {
  return new UserError('CALL_NOT_FOUND', `there is no call ${callId}`, {
    suggestions: ['take the id from `call.id`; without a server, in the same run of the app'],
  });
}
