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
import type { ConfigPlace } from '../config/change-config.ts';
import { type ConfigFile, readConfigFile } from '../config/config-file.ts';
import { configFile } from '../config/paths.ts';
import { resolveProfile, resolveSettings, type SettingFlags, type Settings } from '../config/settings.ts';
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

  /** Both set by `parse`; an error is thrown when the file is asked for. */
  #flags: SettingFlags = {};
  #file: { readonly file: ConfigFile } | { readonly error: unknown } | undefined;
  #settings: Settings | undefined;

  abstract override run(): Promise<Result>;

  /** The settings file as it is. Only after `parse`. Throws CONFIG_FILE and CONFIG_SYNTAX. */
  protected get configFile(): ConfigFile {
    if (this.#file === undefined) throw new Error('the settings file is read by parse');
    if ('error' in this.#file) throw this.#file.error;
    return this.#file.file;
  }

  /** Where a change of the settings goes: the profile in use, which need not exist yet. Only after `parse`. */
  protected get configPlace(): ConfigPlace {
    const { configFile } = this;
    return { path: configFile.path, profile: resolveProfile(this.#flags, process.env, configFile).value };
  }

  /** The settings in force; what is odd about the file is said on stderr. Only after `parse`. Throws what is wrong. */
  protected get settings(): Settings {
    if (this.#settings === undefined) {
      const { configFile } = this;
      for (const finding of configFile.findings) this.note(`${configFile.path}: ${finding}`);
      this.#settings = resolveSettings(this.#flags, process.env, configFile);
    }
    return this.#settings;
  }

  /** As `settings`, for a command that is about to make the profile in use where it is missing. */
  protected get settingsOfNewProfile(): Settings {
    const { configFile } = this;
    const { value } = resolveProfile(this.#flags, process.env, configFile);
    const profiles = new Map([[value, {}], ...configFile.profiles]);
    return resolveSettings(this.#flags, process.env, { ...configFile, profiles });
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
    this.#flags = parsed.flags as SettingFlags;
    this.#file = await readConfigFile(configFile()).then(
      (file) => ({ file }),
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
