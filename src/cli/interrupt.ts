/**
 * Ctrl-C: the first asks for an orderly end, the second ends at once.
 *
 * The orderly end has a limit as well, so that nothing can make a terminal hang.
 */
import { ExitCode, InterruptedError } from '../shared/errors.ts';

/** How long an orderly end may take. */
const ORDERLY_END_MS = 10_000;

/** Signals closer together than this are one Ctrl-C: npx passes it on to a program that the terminal told as well. */
const SAME_CTRL_C_MS = 500;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The user does not want to wait: what is left is reaped by the next command. */
function endNow(): void {
  process.exit(ExitCode.interrupted);
}

export interface Interrupt extends Disposable {
  /** Aborted at the first Ctrl-C. */
  readonly signal: AbortSignal;
  /** Rejects with an InterruptedError at the first Ctrl-C; race it against the work. */
  readonly interrupted: Promise<never>;
}

/** Listens for the signals that end a command, until disposed. */
export function onInterrupt(): Interrupt {
  const controller = new AbortController();
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => {});
  let first = 0;
  const listener = () => {
    if (controller.signal.aborted) {
      if (performance.now() - first > SAME_CTRL_C_MS) endNow();
      return;
    }
    first = performance.now();
    setTimeout(endNow, ORDERLY_END_MS).unref();
    const error = new InterruptedError();
    controller.abort(error);
    reject(error);
  };
  for (const signal of SIGNALS) process.on(signal, listener);
  return {
    signal: controller.signal,
    interrupted: promise,
    [Symbol.dispose]() {
      for (const signal of SIGNALS) process.off(signal, listener);
    },
  };
}
