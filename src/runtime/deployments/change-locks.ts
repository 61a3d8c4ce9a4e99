/**
 * One change of an app at a time: a second one is refused, and told whose the first is.
 *
 * Refused rather than made to wait: whoever deploys last would win without having seen what the other one changed.
 */
import { deployRunning } from './deploy-errors.ts';

interface Holder {
  readonly what: string;
  readonly by: string;
  readonly since: Date;
}

export class ChangeLocks {
  readonly #held = new Map<string, Holder>();

  /** Whether somebody changes it now. */
  isHeld(key: string): boolean {
    return this.#held.has(key);
  }

  /** Takes the lock of an app until it is disposed of. Throws DEPLOY_RUNNING. */
  take(key: string, app: string, what: string, by: string): Disposable {
    const holder = this.#held.get(key);
    if (holder !== undefined) throw deployRunning(app, holder.what, holder.by, holder.since);
    this.#held.set(key, { what, by, since: new Date() });
    return { [Symbol.dispose]: () => void this.#held.delete(key) };
  }
}
