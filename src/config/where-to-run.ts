/**
 * Decides what flags and settings say of where containers run; what they leave open, the engine decides. Pure.
 */
import { settingVariable } from './setting-keys.ts';
import type { Settings } from './settings.ts';

export interface WhereToRun {
  readonly backend: 'docker' | 'process' | undefined;
  /** The Docker that stands above what the `docker` command would use. */
  readonly dockerHost: DockerHostSetting | undefined;
}

interface DockerHostSetting {
  readonly host: string;
  /** What chose it, for errors about it. */
  readonly source: 'DRAY_DOCKER_HOST' | `docker_host of ${string}`;
}

/** A flag stands above the settings. */
export function whereToRun(settings: Settings, flags: { readonly backend?: string | undefined }): WhereToRun {
  const host = settings.of('docker_host');
  const variable = settingVariable('docker_host') as 'DRAY_DOCKER_HOST';
  return {
    // Both come checked: by the options of the flag, by the rule of the setting.
    backend: (flags.backend ?? settings.of('backend')?.value) as WhereToRun['backend'],
    dockerHost: host && {
      host: host.value,
      source: host.source === variable ? variable : `docker_host of ${host.source}`,
    },
  };
}
