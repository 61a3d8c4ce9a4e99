/**
 * The errors of settings: what is wrong, in which file or variable, and what mends it.
 *
 * Invariants
 * - no value of a secret setting, and no line of the file, is part of any message: the line may hold a secret
 */
import { EnvironmentError, type ToolError, UserError } from '../shared/errors.ts';
import { nearestName } from '../shared/names.ts';
import { SETTING_KEYS, type SettingKey, settingRule, shownValue } from './setting-keys.ts';

const GUIDE = 'docs/config.md';

/** The settings file is not TOML. */
export function syntaxError(
  file: string,
  { line, column }: { line: number; column: number },
  what: string,
): ToolError {
  return new UserError('CONFIG_SYNTAX', `${file}, line ${line}, column ${column}: ${what}`, {
    suggestions: ['mend that line; text is written in quotes, as in environment = "staging"'],
    ref: GUIDE,
  });
}

/** The settings file is there and cannot be read or written. */
export function fileError(file: string, action: 'read' | 'written', cause: NodeJS.ErrnoException): ToolError {
  return new EnvironmentError('CONFIG_FILE', `${file} cannot be ${action}: ${cause.code ?? cause.message}`, {
    suggestions: [
      'look at the owner and the mode of the file and its folder',
      'name another file with DRAY_CONFIG_PATH',
    ],
    cause,
  });
}

/** A setting has a value that it does not take. `from` is where it was given. */
export function valueError(key: SettingKey, value: unknown, mustBe: string, from: string): ToolError {
  const shown = typeof value === 'string' ? shownValue(key, value) : value;
  const given = settingRule(key).secret ? '' : `, not ${JSON.stringify(shown)}`;
  return new UserError('CONFIG_VALUE', `${key} must be ${mustBe}${given} (${from})`, { ref: GUIDE });
}

/** A setting that does not exist was named on the command line. */
export function keyError(key: string): ToolError {
  const meant = nearestName(key, SETTING_KEYS);
  return new UserError('CONFIG_KEY', `there is no setting ${JSON.stringify(key)}`, {
    suggestions: [
      ...(meant === undefined ? [] : [`did you mean ${meant}?`]),
      `settings are ${SETTING_KEYS.join(', ')}`,
    ],
    ref: GUIDE,
  });
}

/** A profile was chosen that the file does not have. `from` is what chose it. */
export function profileError(
  profile: string,
  known: readonly string[],
  from: string,
  file: string,
): ToolError {
  const meant = nearestName(profile, known);
  return new UserError(
    'PROFILE_UNKNOWN',
    `there is no profile ${JSON.stringify(profile)} in ${file} (${from})`,
    {
      suggestions: [
        ...(meant === undefined ? [] : [`did you mean ${meant}?`]),
        'see those there are: dray profile list',
        `create it by a setting: dray config set --profile ${profile} KEY VALUE`,
      ],
      ref: GUIDE,
    },
  );
}

/** A profile cannot have this name. */
export function nameError(profile: string, rule: string): ToolError {
  return new UserError('PROFILE_NAME', `a profile cannot be called ${JSON.stringify(profile)}`, {
    suggestions: [`use ${rule}`],
    ref: GUIDE,
  });
}
