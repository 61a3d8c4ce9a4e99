/**
 * Runs Python of this machine on the runner's own modules, for tests of its parts.
 */
import { execFile, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MODULES = fileURLToPath(new URL('../../src/runtime/runner-python', import.meta.url));

/** The runner's modules are a package whose folder has another name here. */
const PREAMBLE = `
import sys, types
package = types.ModuleType("dray_runner"); package.__path__ = [${JSON.stringify(MODULES)}]
sys.modules["dray_runner"] = package
sys.dont_write_bytecode = True
`;

/** Why Python is not there, or undefined where Python 3.9 or newer is. */
export const noPython = (() => {
  const found = spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 9))']);
  if (found.status === 0) return undefined;
  if (process.env.CI === 'true') throw new Error('Python 3.9 or newer is needed to test the Python runner');
  return 'no Python 3.9 or newer on this machine';
})();

/** Runs a program that reads `input` from stdin as bytes. Gives what it wrote to stdout. */
export function runPython(code: string, input: Uint8Array = new Uint8Array()): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      'python3',
      ['-c', PREAMBLE + code],
      { encoding: 'buffer', maxBuffer: 2 ** 28 },
      (error, stdout, stderr) => (error === null ? resolve(stdout) : reject(new Error(stderr.toString()))),
    );
    child.stdin?.end(input);
  });
}
