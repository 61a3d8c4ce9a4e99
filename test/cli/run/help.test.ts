/**
 * What `--help` shows of dray and of each command: the first thing that a newcomer reads.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { dray } from '../../helpers/run-command.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

const manifest = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '../../../oclif.manifest.json'), 'utf8'),
) as {
  commands: Record<string, { id: string; summary: string; flags: Record<string, { hidden?: boolean }> }>;
};
const commands = Object.values(manifest.commands);

async function help(...args: string[]) {
  await using folder = await tempFolder();
  return await dray([...args, '--help'], { cwd: folder.path, env: { COLUMNS: '120' } });
}

it('names every command, or its topic, with exit code 0 and nothing on stderr', async () => {
  const { exitCode, stdout, stderr } = await help();
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  for (const { id } of commands) expect(stdout).toMatch(new RegExp(`^ +${id.split(':')[0]}\\b`, 'm'));
});

it.each(commands.map(({ id }) => id))('shows every flag of %s', async (id) => {
  const command = manifest.commands[id];
  const { exitCode, stdout, stderr } = await help(...id.split(':'));
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout.toLowerCase()).toContain(command?.summary.toLowerCase().slice(0, 40));
  for (const [name, { hidden }] of Object.entries(command?.flags ?? {})) {
    if (!hidden) expect(stdout).toContain(`--${name}`);
  }
});

it('has the surface that run and init were released with', () => {
  const surface = (id: string) => {
    const { flags, args } = manifest.commands[id] as unknown as {
      flags: Record<string, { char?: string; type: string; options?: string[]; default?: unknown }>;
      args: Record<string, { required?: boolean; options?: string[]; default?: unknown }>;
    };
    return {
      args: Object.entries(args).map(([name, { required }]) => (required ? name : `[${name}]`)),
      flags: Object.entries(flags)
        .map(([name, { char, type, options }]) =>
          [`--${name}`, char && `-${char}`, type === 'option' && (options?.join('|') ?? 'VALUE')]
            .filter(Boolean)
            .join(' '),
        )
        .sort(),
    };
  };
  expect(surface('run')).toEqual({
    args: ['reference'],
    flags: expect.arrayContaining([
      '--backend docker|process',
      '--json',
      '--quiet -q',
      '--timestamps',
      '--write-result -w VALUE',
    ]),
  });
  expect(surface('init')).toEqual({
    args: ['[template]'],
    flags: expect.arrayContaining(['--dir -d VALUE', '--force -f', '--json']),
  });
});

it('says the version', async () => {
  await using folder = await tempFolder();
  const { exitCode, stdout } = await dray(['--version'], { cwd: folder.path });
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^dray\/\d+\.\d+\.\d+ /);
});

it('names the nearest command where there is none of that name', async () => {
  await using folder = await tempFolder();
  const { exitCode, stderr } = await dray(['rum', 'app.ts'], { cwd: folder.path });
  expect(exitCode).toBe(2);
  expect(stderr).toContain('did you mean dray run?');
  expect(stderr).toContain('Code: COMMAND_NOT_FOUND');
});
