/**
 * Holds the command line to describing itself, and the committed manifest to being that of the sources.
 *
 * The manifest is what oclif answers `--help` from: one that is stale lies, or loads commands to find out.
 */
import { Plugin, settings } from '@oclif/core';
import { describe, expect, inject, it } from 'vitest';
import { readTracked } from '../tracked-files.ts';
import './built-copy.ts';

interface Described {
  readonly description?: string;
  readonly summary?: string;
}

interface CommandManifest extends Described {
  readonly id: string;
  readonly args: Readonly<Record<string, Described>>;
  readonly flags: Readonly<Record<string, Described & { readonly char?: string }>>;
  readonly examples?: readonly (string | { readonly command: string; readonly description: string })[];
}

interface Manifest {
  readonly commands: Readonly<Record<string, CommandManifest>>;
}

const manifest = JSON.parse(readTracked('oclif.manifest.json')) as Manifest;
const commands = Object.values(manifest.commands);

/** What a fragment is: no capital at its beginning, no full stop at its end. */
const FRAGMENT = /^[^A-Z\s].*[^.\s]$/s;

describe('oclif.manifest.json', () => {
  it('is that of the sources (npm run build && npm run manifest writes it)', async () => {
    // Else oclif loads tsx into this process, because NODE_ENV is `test`.
    settings.enableAutoTranspile = false;
    const plugin = new Plugin({
      root: inject('builtCopy'),
      type: 'core',
      ignoreManifest: true,
      errorOnManifestCreate: true,
      respectNoCacheDefault: true,
    });
    await plugin.load();
    expect(manifest).toEqual(JSON.parse(JSON.stringify(plugin.manifest)));
  });

  it('has commands', () => {
    expect(commands.map(({ id }) => id)).toContain('run');
  });
});

describe.each(commands.map((command) => [command.id, command] as const))('dray %s', (_, command) => {
  it('has a summary that is a fragment in lower case', () => {
    expect(command.summary).toMatch(FRAGMENT);
  });

  it('describes every flag and argument', () => {
    const all = Object.entries({ ...command.args, ...command.flags });
    const silent = all.filter(([, each]) => !(each.summary ?? each.description));
    expect(silent.map(([name]) => name)).toEqual([]);
  });

  it('describes its own flags and arguments in fragments', () => {
    // oclif itself adds --json, and speaks in sentences.
    const { json: _json, ...own } = command.flags;
    const all = Object.entries({ ...command.args, ...own });
    expect(
      all.filter(([, each]) => !FRAGMENT.test(each.summary ?? each.description ?? '')).map(([name]) => name),
    ).toEqual([]);
  });

  it('has two examples at least, each with what it does, its flags written out', () => {
    const examples = (command.examples ?? []).map((each) =>
      typeof each === 'string' ? { command: each, description: '' } : each,
    );
    expect(examples.length).toBeGreaterThanOrEqual(2);
    expect(examples.filter(({ description }) => !FRAGMENT.test(description))).toEqual([]);
    expect(examples.filter((each) => / -[a-zA-Z]\b/.test(each.command))).toEqual([]);
    expect(examples.filter((each) => !each.command.includes(command.id.replaceAll(':', ' ')))).toEqual([]);
  });

  it('uses only flags that exist in its examples, before what belongs to the function', () => {
    for (const each of command.examples ?? []) {
      const text = typeof each === 'string' ? each : each.command;
      const [, own = text] = /^(.*?)\S+\.ts\b/.exec(text) ?? [];
      const flags = [...own.matchAll(/ --(?:no-)?([a-z][a-z-]*)/g)].map(([, name]) => name as string);
      expect(flags.filter((name) => !(name in command.flags))).toEqual([]);
    }
  });
});
