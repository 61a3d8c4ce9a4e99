/**
 * `dray shell`: a shell where a function would run, or in a container that runs.
 */
import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import { onInterrupt } from '../cli/interrupt.ts';
import { RunOutput } from '../cli/run-output.ts';
import { shellRequest } from '../cli/shell-request.ts';
import { execInTerminal, ownTerminal } from '../cli/terminal-exec.ts';
import { chosenServer } from '../client/chosen-server.ts';
import { whereToRun } from '../config/where-to-run.ts';

/** The document of `dray shell --json`; what commands print goes to stderr then. */
export interface ShellResult {
  exitCode: number;
}

const CONTAINER_ID = /^ct-/;

export default class Shell extends BaseCommand<ShellResult> {
  static override summary = 'open a shell where a function would run';
  static override description =
    `In a container of its own on this machine's Docker: the image, files, variables and secrets of
the function, without its code. It is gone with the shell. With the id of a container that runs on the
server, the shell is in that one. Without a terminal, it reads commands from stdin, or runs those of --cmd.`;
  static override args = {
    reference: Args.string({
      // What comes there is for the shell.
      ignoreStdin: true,
      description: 'where: FILE, FILE::NAME, or the id of a container, ct-…; without it in an image alone',
    }),
  };
  static override flags = {
    cmd: Flags.string({
      char: 'c',
      helpValue: 'COMMAND',
      description: 'run this with sh in place of a shell',
    }),
    image: Flags.string({
      helpValue: 'TAG',
      description: 'an image of a registry in place of the function’s',
    }),
    cpu: Flags.string({ helpValue: 'CORES', description: 'cores to ask for, in place of the function’s' }),
    memory: Flags.integer({ min: 1, helpValue: 'MIB', description: 'memory to ask for, likewise' }),
    tty: Flags.boolean({
      allowNo: true,
      description: 'have a terminal; default: where stdin and stdout are one',
    }),
    quiet: Flags.boolean({ char: 'q', description: 'show no progress' }),
  };
  static override examples = [
    { description: 'where a function runs', command: '<%= config.bin %> shell app.ts::resize' },
    {
      description: 'one command there',
      command: '<%= config.bin %> shell app.ts::resize --cmd "ffmpeg -version"',
    },
    { description: 'in an image', command: '<%= config.bin %> shell --image python:3.12-slim-bookworm' },
    { description: 'in a container of a deployed app', command: '<%= config.bin %> shell ct-…' },
  ];

  async run(): Promise<ShellResult> {
    const { args, flags } = await this.parse(Shell);
    const json = this.jsonEnabled();
    const { reference = '' } = args;
    const terminal = flags.tty === false || json ? undefined : ownTerminal();
    const command = flags.cmd === undefined ? undefined : ['sh', '-c', flags.cmd];
    using interrupt = onInterrupt();
    const joined = { terminal, input: true, toStderr: json, interrupted: interrupt.interrupted };
    if (CONTAINER_ID.test(reference)) {
      const { execOnServer } = await import('../client/exec-connection.ts');
      const { url, token } = await chosenServer(this.settings);
      const target = { url, token, environment: this.environment };
      const request = {
        command: command ?? ['sh', '-c', 'exec "$(command -v bash || command -v sh)"'],
        terminal,
      };
      return ended(await execInTerminal((told) => execOnServer(target, reference, request, told), joined));
    }
    const { openShell } = await import('../runtime/engine/open-shell.ts');
    const request = await shellRequest(reference, { ...flags, environment: this.environment });
    const { dockerHost } = whereToRun(this.settings, {});
    await using output = new RunOutput({ quiet: flags.quiet, timestamps: false, json: true });
    await using shell = await openShell({ ...request, dockerHost, signal: interrupt.signal }, output);
    const env = terminal && { TERM: process.env.TERM ?? 'xterm' };
    return ended(
      await execInTerminal(
        (told) => shell.exec({ ...(command && { command }), terminal, env }, told),
        joined,
      ),
    );
  }
}

function ended(exitCode: number): ShellResult {
  process.exitCode = exitCode;
  return { exitCode };
}
