/**
 * Errors of the user's code in this process that no promise carries: thrown in a timer, or a rejection that nobody
 * waits for. They end the run as what the entrypoint throws does, containers and all.
 *
 * An error that dray's own code lets go of is not the user's: it stays what it is, and is shown as a defect.
 */
import { ownFrame } from './own-frames.ts';
import { thrownError } from './thrown-error.ts';

export interface StrayErrors extends Disposable {
  /** Rejects with the first of them; race it against the work. */
  readonly thrown: Promise<never>;
}

/** Listens until disposed. */
export function onStrayError(): StrayErrors {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => {});
  const listener = (thrown: unknown) => reject(isOurs(thrown) ? thrown : thrownError('the app', thrown));
  // Rejections come here as well: that is Node's default for them.
  process.on('uncaughtException', listener);
  return {
    thrown: promise,
    [Symbol.dispose]() {
      process.off('uncaughtException', listener);
    },
  };
}

/** Whether dray threw it: the innermost frame outside of Node lies in our own files. */
function isOurs(thrown: unknown): boolean {
  const frames =
    thrown instanceof Error ? (thrown.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : [];
  const innermost = frames.find((line) => !line.includes('node:'));
  return innermost !== undefined && ownFrame(innermost);
}
