import { spawn, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { containerEntry } from '../../../../../src/runtime/containers/docker/container-entry.ts';

/** Shells that images have, as far as this machine has them too. */
const SHELLS = [
  ['sh'],
  ['dash'],
  ['bash', '--posix'],
  ['busybox', 'sh'],
  ['ksh'],
  ['zsh', '--emulate', 'sh'],
].filter(([program = '']) => spawnSync('which', [program]).status === 0);

/** Runs `code` in a shell behind the entry, with the three streams that Docker gives. */
async function run(shell: readonly string[], command: readonly string[], input = '') {
  const { entrypoint, command: args } = containerEntry(command);
  const [program = '', ...options] = shell;
  const child = spawn(program, [...options, ...entrypoint.slice(1), ...args], { stdio: 'pipe' });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (bytes) => {
    output.stdout += bytes;
  });
  child.stderr.on('data', (bytes) => {
    output.stderr += bytes;
  });
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { ...output, code };
}

describe.runIf(process.platform === 'linux').each(SHELLS.map((shell) => ({ shell, name: shell.join(' ') })))(
  'containerEntry in $name',
  ({ shell }) => {
    it('moves the streams of Docker to the channel', async () => {
      expect(
        await run(shell, ['sh', '-c', 'cat <&3 >&4; echo last words >&2; exit 3'], 'over the channel'),
      ).toEqual({
        stdout: 'over the channel',
        stderr: 'last words\n',
        code: 3,
      });
    });

    it('turns what is printed into what fd 5 gives to read, from the first byte on', async () => {
      const { stdout } = await run(shell, [
        'sh',
        '-c',
        'echo printed; read -r line <&5; echo "got $line" >&4',
      ]);
      expect(stdout).toBe('got printed\n');
    });

    it('leaves fd 0 empty', async () => {
      const { stdout } = await run(shell, ['sh', '-c', 'wc -c >&4'], 'for the channel');
      expect(stdout.trim()).toBe('0');
    });

    it('becomes the program', async () => {
      const { stdout } = await run(shell, ['sh', '-c', 'cat /proc/$$/comm >&4; echo "$PPID" >&4']);
      expect(stdout).toBe(`sh\n${process.pid}\n`);
    });

    it('passes arguments as they are', async () => {
      const { stdout } = await run(shell, ['printf', '%s|', 'a b', '', '$HOME', '"q"']);
      // printf prints on fd 1, which nobody reads here: through the channel instead.
      expect(stdout).toBe('');
      const told = await run(shell, ['sh', '-c', 'printf "%s|" "$@" >&4', 'x', 'a b', '', '$HOME', '"q"']);
      expect(told.stdout).toBe('a b||$HOME|"q"|');
    });

    it('ends with 120 where the program is not there, and says nothing itself', async () => {
      expect(await run(shell, ['no-such-program'])).toEqual({ stdout: '', stderr: '', code: 120 });
    });

    it('makes the writing end of what is printed block or not on its own', async () => {
      const flags =
        'for (const fd of [1, 5]) fs.writeSync(4, fs.readFileSync("/proc/self/fdinfo/" + fd, "utf8"))';
      const { stdout } = await run(shell, [process.execPath, '-e', `const fs = require('fs'); ${flags}`]);
      const [writer, reader] = [...stdout.matchAll(/flags:\s*0(\d+)/g)].map(
        (match) => Number.parseInt(match[1] ?? '', 8) & 3,
      );
      expect({ writer, reader }).toEqual({ writer: 1, reader: 2 });
    });
  },
);
