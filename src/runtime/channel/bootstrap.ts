/**
 * How the runner gets into a container: Node starts with one line that reads the runner from the channel.
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

/** The command of every container that runs a Node function. */
export const NODE_RUNNER_COMMAND: readonly string[] = [
  'node',
  '-e',
  READ_RUNNER.trim().replaceAll(/\n\s*/g, ' '),
];

/** The first bytes on the channel. */
export function bootstrapBytes(runnerSource: Uint8Array): Uint8Array {
  const bytes = Buffer.allocUnsafe(4 + runnerSource.length);
  bytes.writeUInt32LE(runnerSource.length, 0);
  bytes.set(runnerSource, 4);
  return bytes;
}
