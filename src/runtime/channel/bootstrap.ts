/**
 * How the runner gets into a container: Node or Python starts with a few lines that read it from the channel.
 *
 * So no image, mount or upload holds the runner, on any host: the engine writes it right after the start.
 * Pure: it makes the command and the bytes.
 */

/** Reads a 32-bit length and that many bytes of CommonJS from fd 3, blocking, and runs them. */
const READ_RUNNER = `
const fs = require("fs"), Module = require("module");
const read = (size) => {
  const buffer = Buffer.allocUnsafe(size);
  for (let at = 0; at < size; ) {
    let length = 0;
    try { length = fs.readSync(3, buffer, at, size - at); }
    catch (error) {
      if (error.code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
      continue;
    }
    if (length === 0) process.exit(0);
    at += length;
  }
  return buffer;
};
const source = read(read(4).readUInt32LE(0)).toString();
new Module("/dray-runner.cjs")._compile(source, "/dray-runner.cjs");
`;

const NODE_RUNNER_COMMAND: readonly string[] = ['node', '-e', READ_RUNNER.trim().replaceAll(/\n\s*/g, ' ')];

/** The same for Python. What it says of an old Python is the last that its container prints. */
const READ_PYTHON_RUNNER = `
import os, sys
if sys.version_info < (3, 9): sys.exit("dray needs Python 3.9 or newer in the image; this is " + sys.version.split()[0])
os.set_blocking(3, True)
def read(size):
    parts = []
    while size:
        part = os.read(3, size)
        if not part: sys.exit(0)
        parts.append(part); size -= len(part)
    return b"".join(parts)
exec(compile(read(int.from_bytes(read(4), "little")), "<dray runner>", "exec"), {"__name__": "dray_boot"})
`;

const PYTHON_RUNNER_COMMAND: readonly string[] = ['python3', '-c', READ_PYTHON_RUNNER.trim()];

/** The command of every container, by what runs its function. */
export const RUNNER_COMMANDS: Readonly<Record<'node' | 'python', readonly string[]>> = {
  node: NODE_RUNNER_COMMAND,
  python: PYTHON_RUNNER_COMMAND,
};

/** The first bytes on the channel. */
export function bootstrapBytes(runnerSource: Uint8Array): Uint8Array {
  const bytes = Buffer.allocUnsafe(4 + runnerSource.length);
  bytes.writeUInt32LE(runnerSource.length, 0);
  bytes.set(runnerSource, 4);
  return bytes;
}
