import { describe, expect, it } from 'vitest';
import { ROOT } from './source-modules.ts';
import { listedByGit, listedByHand, trackedFiles } from './tracked-files.ts';

describe('the files of the repository', () => {
  it('hold its sources, and nothing that was built or installed', () => {
    const files = listedByHand(ROOT);
    expect(files).toEqual(expect.arrayContaining(['package.json', 'src/index.ts', '.gitignore']));
    expect(files.filter((file) => /(?:^|\/)(?:node_modules|dist|\.git)\//.test(file))).toEqual([]);
  });

  it('are the same without git, as far as git lists them', () => {
    const byHand = new Set(listedByHand(ROOT));
    expect(trackedFiles(/./).filter((file) => !byHand.has(file))).toEqual([]);
  });

  it('are not asked of git in a folder that it does not know', () => {
    expect(listedByGit('/')).toBeUndefined();
  });
});
