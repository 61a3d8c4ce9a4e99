/**
 * A part of a server that is opened when it is first asked for.
 *
 * Invariants
 * - it is opened once, however many ask for it at the same time
 * - where opening failed, who asks next tries again
 */

export interface LazyService<Service> {
  /** The part, opened. Throws what opening throws. */
  get(): Promise<Service>;
  /** The part where it is open. */
  readonly opened: Service | undefined;
}

/** A part that `open` opens; `stack` closes it, where it has to be closed, after those that are opened after it. */
export function lazyService<Service extends object>(
  stack: AsyncDisposableStack,
  open: () => Promise<Service>,
): LazyService<Service> {
  let opening: Promise<Service> | undefined;
  let opened: Service | undefined;
  const get = () => {
    opening ??= open().then(
      (service) => {
        opened = service;
        if (Symbol.asyncDispose in service) stack.use(service as AsyncDisposable);
        return service;
      },
      (error: unknown) => {
        opening = undefined;
        throw error;
      },
    );
    return opening;
  };
  return {
    get,
    get opened() {
      return opened;
    },
  };
}
