/**
 * Runs what docs/config.md shows, in the order it is shown in, and compares what is printed.
 */
import { chmod, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { readConfigFile } from '../../../src/config/config-file.ts';
import { SETTING_KEYS, settingVariable } from '../../../src/config/setting-keys.ts';
import { dray } from '../../helpers/run-command.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

const ROOT = path.join(import.meta.dirname, '../../..');
const page = await readFile(path.join(ROOT, 'docs/config.md'), 'utf8');
const example = await readFile(path.join(ROOT, 'docs/examples/dray.toml'), 'utf8');

interface Shown {
  readonly env: Record<string, string>;
  readonly args: readonly string[];
  readonly output: string;
}

/** Every command of the page's console blocks, and what follows it. */
function shownCommands(): Shown[] {
  const blocks = [...page.matchAll(/```console\n([\s\S]*?)```/g)].map(([, block = '']) => block);
  const commands = blocks.flatMap((block) => block.split(/^\$ /m).slice(1));
  return commands.map((text) => {
    const [line = '', ...output] = text.split('\n');
    const [, variables = '', args = ''] = /^((?:\w+=\S+ )*)dray (.*)$/.exec(line) ?? [];
    const env = Object.fromEntries(
      variables
        .trim()
        .split(' ')
        .filter(Boolean)
        .map((each) => each.split('=')),
    );
    return { env, args: args.split(' '), output: output.join('\n') };
  });
}

it('shows the example file, and the file is in order', async () => {
  expect(page).toContain(`<!-- from: docs/examples/dray.toml -->\n\`\`\`toml\n${example}\`\`\``);
  await using folder = await tempFolder({ '.dray.toml': example });
  await chmod(folder.file('.dray.toml'), 0o600);
  expect(await readConfigFile(folder.file('.dray.toml'))).toMatchObject({ active: 'work', findings: [] });
});

it('shows what the commands print', async () => {
  await using folder = await tempFolder({ '.dray.toml': example });
  await chmod(folder.file('.dray.toml'), 0o600);
  const commands = shownCommands();
  expect(commands.length).toBeGreaterThan(5);
  for (const { env, args, output } of commands) {
    const { stdout, stderr } = await dray(args, { cwd: folder.path, env });
    expect(stderr).toBe('');
    expect(stdout.replaceAll(folder.path, '~')).toBe(output);
  }
});

it.each(SETTING_KEYS)('describes %s and its variable', (key) => {
  expect(page).toMatch(new RegExp(`\\| \`${key}\` +\\| \`${settingVariable(key)}\` +\\| \\S`));
});
