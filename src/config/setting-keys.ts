/**
 * The settings there are: their names in the settings file, what each means, and which values it takes.
 *
 * One table for reading, checking, showing and documenting them. The variable of a setting is its name in capitals
 * behind `DRAY_`: `DRAY_SERVER_URL`.
 *
 * Invariants
 * - every setting is text; the value of a secret one is never shown, in errors neither
 */
import { isName, NAME_RULE } from '../shared/names.ts';

interface SettingRule {
  /** A fragment for lists and the documentation. */
  readonly what: string;
  /** What a wrong value has to be told, as in "must be …"; undefined for a value that is right. */
  readonly mustBe: (value: string) => string | undefined;
  readonly secret?: true;
}

/** Where containers run. Both names are those of `dray run --backend`. */
const BACKENDS: readonly string[] = ['docker', 'process'];

const RULES = {
  environment: {
    what: 'the environment to work in',
    mustBe: (value) => (isName(value) ? undefined : NAME_RULE),
  },
  backend: {
    what: 'where containers run: docker or process',
    mustBe: (value) => (BACKENDS.includes(value) ? undefined : BACKENDS.join(' or ')),
  },
  docker_host: {
    what: 'the Docker to use, as in DOCKER_HOST',
    mustBe: (value) =>
      /^(?:unix|tcp|https?|npipe|ssh):\/\/./.test(value)
        ? undefined
        : 'an address such as unix:///var/run/docker.sock or tcp://host:2376',
  },
  server_url: {
    what: 'the address of a server of dray',
    mustBe: (value) => (/^https?:$/.test(protocolOf(value)) ? undefined : 'an http or https address'),
  },
  token_id: { what: 'the name of the token for that server', mustBe: notEmpty },
  token_secret: { what: 'the secret of that token', mustBe: notEmpty, secret: true },
  logs_max_mib: { what: 'how much of logs a server keeps, in MiB', mustBe: countFrom(1, 1_000_000) },
  logs_max_days: { what: 'for how many days a server keeps logs', mustBe: countFrom(1, 3_650) },
  results_days: { what: 'for how many days a server keeps results of calls', mustBe: countFrom(1, 3_650) },
  backlog_limit: {
    what: 'how many calls of one function may wait on a server',
    mustBe: countFrom(1, 100_000_000),
  },
} satisfies Record<string, SettingRule>;

export type SettingKey = keyof typeof RULES;

/** Every setting, in the order they are shown in. */
export const SETTING_KEYS = Object.keys(RULES) as readonly SettingKey[];

/** Whether `key` names a setting. */
export function isSettingKey(key: string): key is SettingKey {
  return Object.hasOwn(RULES, key);
}

/** The rule of a setting. */
export function settingRule(key: SettingKey): SettingRule {
  return RULES[key];
}

/** The environment variable that stands above the settings file. */
export function settingVariable(key: SettingKey | 'profile'): string {
  return `DRAY_${key.toUpperCase()}`;
}

/** What may be seen of a value: nothing of a secret one, nor of a name and password within an address. */
export function shownValue(key: SettingKey, value: string): string {
  return settingRule(key).secret ? '***' : value.replace(/\/\/[^/@]*@/, '//***@');
}

function countFrom(least: number, most: number): SettingRule['mustBe'] {
  return (value) => {
    const count = /^\d+$/.test(value) ? Number(value) : Number.NaN;
    return count >= least && count <= most ? undefined : `a whole number from ${least} to ${most}`;
  };
}

function notEmpty(value: string): string | undefined {
  return value.trim() === '' ? 'more than blanks' : undefined;
}

function protocolOf(value: string): string {
  return URL.canParse(value) ? new URL(value).protocol : '';
}
