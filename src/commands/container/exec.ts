/**
 * `dray container exec`: runs a command in a container of a deployed app.
 */
import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import { onInterrupt } from '../../cli/interrupt.ts';
import { execInTerminal, ownTerminal } from '../../cli/terminal-exec.ts';
import { chosenServer } from '../../client/chosen-server.ts';

/** The document of `dray container exec --json`: what it printed goes to stderr then. */
export interface ContainerExecResult {
  container: string;
  exitCode: number;
}

export default class ContainerExec extends BaseCommand<ContainerExecResult> {
  static override summary = 'run a command in a container';
  static override description =
    `On a terminal it gets a terminal; in a pipe it gets the pipe. Its exit code is that of the command.
The secrets of the function are not in its environment.`;
  static override strict = false;
  static override args = {
    container: Args.string({ required: true, ignoreStdin: true, description: 'id of the container: ct-…' }),
    command: Args.string({
      required: true,
      ignoreStdin: true,
      description: 'the command and its arguments; -- before those with dashes',
    }),
  };
  static override flags = {
    tty: Flags.boolean({
      allowNo: true,
      description: 'give it a terminal; default: where stdin and stdout are one',
    }),
  };
  static override examples = [
    { description: 'look around', command: '<%= config.bin %> container exec ct-… sh' },
    { description: 'run one command', command: '<%= config.bin %> container exec ct-… -- ls /tmp' },
  ];

  async run(): Promise<ContainerExecResult> {
    const { args, argv, flags } = await this.parse(ContainerExec);
    const { container } = args;
    const command = (argv as string[]).slice(1);
    const { execOnServer } = await import('../../client/exec-connection.ts');
    const { url, token } = await chosenServer(this.settings);
    const terminal = flags.tty === false || this.jsonEnabled() ? undefined : ownTerminal();
    using interrupt = onInterrupt();
    const target = { url, token, environment: this.environment };
    const exitCode = await execInTerminal(
      (listener) => execOnServer(target, container, { command, terminal }, listener),
      { terminal, input: true, toStderr: this.jsonEnabled(), interrupted: interrupt.interrupted },
    );
    process.exitCode = exitCode;
    return { container, exitCode };
  }
}
