import { describe, expect, it } from 'vitest';
import { dray } from '../../helpers/run-command.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

/** Runs `dray --version` in a Node that gives itself out as another version. */
async function withNode(version: string) {
  await using folder = await tempFolder();
  const program = `const value = { ...process.versions, node: ${JSON.stringify(version)} };
Object.defineProperty(process, 'versions', { value });`;
  const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(program)}`;
  return dray(['--version'], { cwd: folder.path, env: { NODE_OPTIONS } });
}

describe('bin/run.js', () => {
  it.each(['18.20.8', '20.20.2', '22.18.0'])(
    'says in one sentence that Node %s is too old',
    async (version) => {
      expect(await withNode(version)).toEqual({
        stdout: '',
        stderr: `dray needs Node 22.19 or newer; this is Node ${version}\n`,
        exitCode: 3,
      });
    },
  );

  it.each(['22.19.0', '24.0.0', '100.0.0'])('runs on Node %s', async (version) => {
    const { stdout, exitCode } = await withNode(version);
    expect({ stdout, exitCode }).toEqual({ stdout: expect.stringMatching(/^dray\//), exitCode: 0 });
  });
});
