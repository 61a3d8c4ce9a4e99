/**
 * Looks at the package as npm would publish it: what is in it, whether types and modules resolve, whether it runs.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { ROOT } from '../source-modules.ts';
import { readTracked, trackedFiles } from '../tracked-files.ts';
import './built-copy.ts';

/** What the package may hold, and must. */
const CONTENTS = {
  'bin/run.js': /^bin\/run\.js$/,
  dist: /^dist\/.+\.(?:js|d\.ts)$|^dist\/runner\.(?:cjs|py)$/,
  templates: /^templates\/[a-z-]+\/(?:.+\/)?[\w.-]+$/,
  'package.json': /^package\.json$/,
  'oclif.manifest.json': /^oclif\.manifest\.json$/,
  'README.md': /^README\.md$/,
  LICENSE: /^LICENSE$/,
  'CHANGELOG.md': /^CHANGELOG\.md$/,
};

/** The SDK, the commands, two runners and the server are small; a jump means that something came along that should not. */
const LARGEST_TARBALL_BYTES = 550_000;

describe('the packed package', () => {
  let folder: string;
  let tarball: string;
  let files: string[];

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'dray-packed-'));
    const args = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
    execFileSync('npm', args, { cwd: inject('builtCopy'), stdio: ['ignore', 'ignore', 'inherit'] });
    tarball = path.join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) as string);
    const installed = path.join(folder, 'node_modules');
    mkdirSync(path.join(installed, 'dray'), { recursive: true });
    execFileSync('tar', ['-xzf', tarball, '-C', path.join(installed, 'dray'), '--strip-components=1']);
    // Its dependencies are those of the repository; nothing else of the repository is in reach.
    for (const name of readdirSync(path.join(ROOT, 'node_modules'))) {
      if (name !== 'dray') symlinkSync(path.join(ROOT, 'node_modules', name), path.join(installed, name));
    }
    files = readdirSync(path.join(installed, 'dray'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(path.join(installed, 'dray'), path.join(entry.parentPath, entry.name)));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('holds what it should and nothing else', () => {
    const patterns = Object.values(CONTENTS);
    expect(files.filter((file) => !patterns.some((pattern) => pattern.test(file)))).toEqual([]);
    const missing = Object.entries(CONTENTS).filter(
      ([, pattern]) => !files.some((file) => pattern.test(file)),
    );
    expect(missing.map(([name]) => name)).toEqual([]);
  });

  it('holds every template that the repository has', () => {
    expect(files.filter((file) => file.startsWith('templates/')).sort()).toEqual(
      trackedFiles(/^templates\//),
    );
  });

  it('is small', () => {
    expect(readFileSync(tarball).length).toBeLessThan(LARGEST_TARBALL_BYTES);
  });

  it('has nothing that publint finds wrong', async () => {
    const packed = readFileSync(tarball);
    const bytes = packed.buffer.slice(packed.byteOffset, packed.byteOffset + packed.length) as ArrayBuffer;
    const { messages, pkg } = await publint({ pack: { tarball: bytes }, level: 'warning', strict: true });
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });

  it('has types that resolve wherever it can be imported', () => {
    const attw = path.join(ROOT, 'node_modules/@arethetypeswrong/cli/dist/index.js');
    const args = [attw, tarball, '--profile', 'esm-only', '--format', 'json', '--no-definitely-typed'];
    // It fails by its exit code; what it found is on stdout.
    const found = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
    expect(found.analysis.types).toMatchObject({ kind: 'included' });
  });

  it('answers as a program', () => {
    const bin = path.join(folder, 'node_modules/dray/bin/run.js');
    const output = execFileSync(process.execPath, [bin, '--version'], { encoding: 'utf8' });
    expect(output).toMatch(new RegExp(`^dray/${JSON.parse(readTracked('package.json')).version} `));
  });

  it('gives the SDK to a program that imports it', () => {
    const program = 'import { App } from "dray"; process.stdout.write(new App("hello").name)';
    const args = ['--input-type=module', '--eval', program];
    expect(execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })).toBe('hello');
  });
});

describe('lockfiles', () => {
  it.each(trackedFiles(/(?:^|\/)package-lock\.json$/))('%s names no registry', (file) => {
    const { packages } = JSON.parse(readTracked(file)) as { packages: Record<string, { resolved?: string }> };
    expect(Object.keys(packages).filter((name) => packages[name]?.resolved !== undefined)).toEqual([]);
  });
});
