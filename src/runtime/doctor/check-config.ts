/**
 * Check: the settings file, every profile in it, and the variables above it.
 */
import { type ConfigFile, readConfigFile } from '../../config/config-file.ts';
import { configFile } from '../../config/paths.ts';
import { resolveSettings, type SettingFlags, type Settings } from '../../config/settings.ts';
import type { Finding } from '../../protocol/finding.ts';
import { ToolError } from '../../shared/errors.ts';
import { failed, ok, warning } from './findings.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Settings where they can be read; other checks go on without them. */
export async function usableSettings(flags: SettingFlags, env: Env): Promise<Settings | undefined> {
  return readConfigFile(configFile(env))
    .then((file) => resolveSettings(flags, env, file))
    .catch(() => undefined);
}

export async function checkConfig(flags: SettingFlags, env: Env): Promise<Finding[]> {
  return judgeConfig(await readConfigFile(configFile(env)), flags, env);
}

/** What a file that could be read is worth. */
export function judgeConfig(file: ConfigFile, flags: SettingFlags, env: Env): Finding[] {
  const findings: Finding[] = file.findings.map((text) =>
    warning('config', `${file.path}: ${text}`, 'see docs/config.md'),
  );
  // Those not in use are only worth a warning.
  for (const profile of file.profiles.keys()) {
    const error = errorOf(() => resolveSettings({ profile }, {}, file));
    if (error !== undefined) findings.push(warning('config', error.message, 'see docs/config.md'));
  }
  try {
    const { profile, environment } = resolveSettings(flags, env, file);
    const where = file.exists ? file.path : `no ${file.path}, which is fine`;
    findings.unshift(ok('config', `profile ${profile.value}, environment ${environment.value}; ${where}`));
  } catch (error) {
    findings.unshift(failed('config', error));
  }
  return findings;
}

function errorOf(action: () => unknown): ToolError | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (error instanceof ToolError) return error;
    throw error;
  }
}
