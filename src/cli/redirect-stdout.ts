/**
 * Sends what is printed on stdout to stderr, while a `--json` command runs user code in this process.
 */

/** Redirects until disposed. */
export function redirectStdout(): Disposable {
  const original = process.stdout.write;
  process.stdout.write = process.stderr.write.bind(process.stderr) as typeof original;
  return {
    [Symbol.dispose]() {
      process.stdout.write = original;
    },
  };
}
