/**
 * The child's side of a contender process: runs a round of so many calls when the parent asks for it.
 */

/** Asked by the parent. */
export interface RoundRequest {
  readonly calls: number;
}

/** Told by the child: first that it is ready, then how long each round took. */
export type ContenderMessage = { readonly ready: true } | { readonly ms: number };

/** Serves rounds until the parent disconnects; then `close` runs. The time is taken here, around `round` alone. */
export function serveRounds(round: (calls: number) => Promise<unknown>, close: () => Promise<unknown>): void {
  process.on('message', ({ calls }: RoundRequest) => {
    const start = performance.now();
    void round(calls).then(() => tell({ ms: performance.now() - start }));
  });
  process.once('disconnect', () => void close().then(() => process.exit(0)));
  // A failed round is this process's end; the parent then reports it.
  process.once('unhandledRejection', (error) => {
    console.error(error);
    process.exit(1);
  });
  tell({ ready: true });
}

function tell(message: ContenderMessage): void {
  process.send?.(message);
}
