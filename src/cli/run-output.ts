/**
 * Where the output of a running app goes: progress to stderr, what containers print to where they printed it.
 *
 * Invariants
 * - under --json nothing but the document reaches stdout
 * - progress and logs never share a line: logs wait for no progress, which has ended by then
 */
import chalk from 'chalk';
import type { AppListener, ImageEvent, LogEntry, WaitEvent } from '../protocol/control-plane.ts';
import { type BuildProgress, buildProgress } from './render/build-progress.ts';
import { CallLog } from './render/call-log.ts';

export interface RunOutputOptions {
  readonly quiet: boolean;
  readonly timestamps: boolean;
  /** Keeps stdout for the document. */
  readonly json: boolean;
}

export class RunOutput implements AppListener, AsyncDisposable {
  readonly #quiet: boolean;
  readonly #log: CallLog;
  readonly #progress: BuildProgress | undefined;

  constructor({ quiet, timestamps, json }: RunOutputOptions) {
    const { stdout, stderr } = process;
    this.#quiet = quiet;
    this.#log = new CallLog({
      stdout: json ? stderr : stdout,
      stderr,
      prefix: (json ? stderr : stdout).isTTY === true,
      timestamps,
    });
    this.#progress = quiet ? undefined : buildProgress(stderr);
  }

  /** One line about how the app runs. */
  notice(text: string): void {
    if (!this.#quiet) process.stderr.write(`${chalk.yellow('note:')} ${text}\n`);
  }

  onLog(entry: LogEntry): void {
    this.#log.write(entry);
  }

  onImage(event: ImageEvent): void {
    this.#progress?.show(event);
  }

  /** One quiet line on why calls wait. */
  onWait({ functionName, reason, calls }: WaitEvent): void {
    if (this.#quiet) return;
    const waiting = `${calls} ${calls === 1 ? 'call' : 'calls'} of ${functionName}`;
    process.stderr.write(`${chalk.dim(`waiting: ${reason} (${waiting})`)}\n`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#log.end();
    await this.#progress?.end();
  }
}
