import { readdir } from 'node:fs/promises';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { dray } from '../../helpers/run-command.ts';
import { type TempFolder, tempFolder } from '../../helpers/temp-folder.ts';

const SCRIPT = 'cache/dray/autocomplete/functions/bash/dray.bash';

/** What bash offers at the end of a line that is typed so far; the last word may be empty. */
async function offered(folder: TempFolder, words: readonly string[]): Promise<string[]> {
  const program = `source "$1"; shift
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _dray_autocomplete; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await execa('bash', ['-c', program, 'bash', folder.file(SCRIPT), ...words]);
  return stdout.split('\n').filter(Boolean).sort();
}

describe('dray autocomplete', () => {
  it('writes scripts to the cache folder and nowhere else, and bash completes by them', async () => {
    await using folder = await tempFolder();
    const env = { XDG_CACHE_HOME: folder.file('cache') };
    const { stdout, exitCode } = await dray(['autocomplete', 'bash'], { cwd: folder.path, env });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('dray autocomplete script bash');
    expect(await readdir(folder.path)).toEqual(['cache']);
    expect(await offered(folder, ['dray', 'do'])).toEqual(['doctor']);
    expect(await offered(folder, ['dray', 'profile', ''])).toEqual(['current', 'list', 'use']);
    expect(await offered(folder, ['dray', 'config', 'show', '--pro'])).toEqual(['--profile']);
  });
});
