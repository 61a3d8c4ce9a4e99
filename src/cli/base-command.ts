/**
 * What every command shares: the global flags, the settings they choose, the JSON form of its result, and how its
 * errors are shown.
 *
 * A command parses, makes one call, renders, and returns its JSON result. It catches nothing and ends
 * nothing: errors come here, exit codes are set here.
 *
 * Invariants
 * - settings that cannot be read are the error of a command that asks for one, and of no other
 */
import { Command, Flags, type Interfaces } from '@oclif/core';
import chalk from 'chalk';
import { type ReadSettings, readSettings } from '../config/read-settings.ts';
import type { SettingFlags, Settings } from '../config/settings.ts';
import { ExitCode, InterruptedError, ToolError } from '../shared/errors.ts';
import { errorDocument, renderError } from './render/error.ts';

/** A command whose `--json` document is a `Result`. */
export abstract class BaseCommand<Result extends object> extends Command {
  static override enableJsonFlag = true;
  static override baseFlags = {
    profile: Flags.string({
      helpValue: 'NAME',
      helpGroup: 'GLOBAL',
      description: 'the profile of the settings file to use',
    }),
    env: Flags.string({
      char: 'e',
      helpValue: 'NAME',
      helpGroup: 'GLOBAL',
      description: 'the environment to work in',
    }),
  };

  /** Set by `parse`; what it failed with is thrown when the first setting is asked for. */
  #read: { readonly done: ReadSettings } | { readonly error: unknown } | undefined;
  #told = false;

  abstract override run(): Promise<Result>;

  /** The settings in force. Only after `parse`. Throws what is wrong with the settings file. */
  protected get settings(): Settings {
    if (this.#read === undefined) throw new Error('settings are known after parse');
    if ('error' in this.#read) throw this.#read.error;
    const { settings, file } = this.#read.done;
    if (!this.#told) for (const finding of file.findings) this.note(`${file.path}: ${finding}`);
    this.#told = true;
    return settings;
  }

  /** Name of the environment to work in: `--env`, `DRAY_ENVIRONMENT`, the profile's, `main`. Only after `parse`. */
  protected get environment(): string {
    return this.settings.environment.value;
  }

  /** One line on stderr that is no result and no error. */
  protected note(text: string): void {
    process.stderr.write(`${chalk.yellow('note:')} ${text}\n`);
  }

  protected override async parse<
    F extends Interfaces.OutputFlags<Interfaces.FlagInput>,
    B extends Interfaces.OutputFlags<Interfaces.FlagInput>,
    A extends Interfaces.OutputArgs<Interfaces.ArgInput>,
  >(options?: Interfaces.Input<F, B, A>, argv?: string[]): Promise<Interfaces.ParserOutput<F, B, A>> {
    const parsed = await super.parse(options, argv);
    this.#read = await readSettings(parsed.flags as SettingFlags).then(
      (done) => ({ done }),
      (error: unknown) => ({ error }),
    );
    return parsed;
  }

  protected override async catch(error: Error & { oclif?: { exit?: number } }): Promise<void> {
    process.exitCode = exitCodeOf(error);
    if (error instanceof InterruptedError) return;
    if (this.jsonEnabled()) this.logJson(errorDocument(error));
    else process.stderr.write(renderError(error));
  }
}

/** Usage errors of oclif carry 2; whatever carries no code is a defect of ours. */
function exitCodeOf(error: Error & { oclif?: { exit?: number } }): number {
  return error instanceof ToolError ? error.exitCode : (error.oclif?.exit ?? ExitCode.bug);
}
