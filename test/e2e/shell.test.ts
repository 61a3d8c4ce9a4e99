/**
 * `dray shell`: what a function's container has, and nothing left of it.
 */
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { DRAY, dray } from '../helpers/run-command.ts';
import { dockerApp, engineEnvironment, newestEngine } from './docker-app.ts';

describe('dray shell', () => {
  it('runs a command with the image, files, variables and secrets of a function', async () => {
    await using app = await dockerApp(
      `
import { Secret } from 'dray';
const image = Image.node().addLocalFile('note.txt', '/etc/note.txt');
export const first = app.function({ image, env: { COLOUR: 'blue' }, secrets: [Secret.fromObject({ KEY: 'k-123' })] }, async () => 1);
export const second = app.function(async () => 2);`,
      { 'note.txt': 'from a file\n' },
    );
    const options = { cwd: app.folder.path, env: engineEnvironment(newestEngine()) };
    const script = 'cat /etc/note.txt; echo "$COLOUR $KEY $DRAY_FUNCTION"; node -p 6*7; echo err >&2; exit 5';
    const { stdout, stderr, exitCode } = await dray(
      ['shell', 'app.ts::first', '--quiet', '-c', script],
      options,
    );
    expect({ stdout, stderr, exitCode }).toEqual({
      ...{ stdout: 'from a file\nblue k-123 first\n42\n', stderr: 'err\n', exitCode: 5 },
    });
    await app.gone();
    const unnamed = await dray(['shell', 'app.ts', '-c', 'true'], options);
    expect([unnamed.exitCode, unnamed.stderr]).toEqual([
      2,
      expect.stringContaining('Code: FUNCTION_NOT_CHOSEN'),
    ]);
  });

  it('reads commands from a pipe', async () => {
    await using app = await dockerApp('export const only = app.function(async () => 1);');
    const options = {
      cwd: app.folder.path,
      env: engineEnvironment(newestEngine()),
      input: 'echo "in $DRAY_APP"\nexit 3\n',
    };
    const piped = await dray(['shell', 'app.ts', '--quiet'], options);
    expect(piped).toEqual({ stdout: `in ${app.name}\n`, stderr: '', exitCode: 3 });
  });

  it('gives a terminal where there is one', async () => {
    await using app = await dockerApp('export const only = app.function(async () => 1);');
    const command = `${process.execPath} ${DRAY} shell app.ts --quiet`;
    // The `script` of util-linux gives it a terminal.
    const shell = execa('script', ['-qec', command, '/dev/null'], {
      ...{
        cwd: app.folder.path,
        env: { ...engineEnvironment(newestEngine()), HOME: app.folder.path, TERM: 'vt100' },
      },
      reject: false,
    });
    const printed = new Promise<void>((resolve) => {
      let seen = '';
      shell.stdout.on('data', (chunk: Buffer) => {
        seen += chunk.toString();
        if (seen.includes('of-the-answer-42')) resolve();
      });
    });
    shell.stdin.write('tty; echo "$TERM of-the-answer-$((6*7))"\r');
    await printed;
    shell.stdin.write('exit 6\r');
    const { exitCode, stdout } = await shell;
    expect(stdout).toContain('/dev/pts/');
    expect(stdout).toContain('vt100 of-the-answer-42');
    expect(exitCode).toBe(6);
    await app.gone();
  });
});
