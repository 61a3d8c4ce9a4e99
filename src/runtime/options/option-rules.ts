/**
 * What each option of a function may be: its type and range, as data.
 *
 * The numbers are those of the docstrings in sdk/function-options.ts. Checking is check-options.ts.
 */
import type { ClassOptions } from '../../sdk/declaration.ts';
import type {
  AutoscalerOptions,
  BatchingOptions,
  ConcurrencyOptions,
  FunctionOptions,
  OptionOverrides,
  RetryOptions,
} from '../../sdk/function-options.ts';
import type { PeriodLength, Schedule, ScheduleOptions } from '../../sdk/schedule.ts';

export type OptionRule =
  | { readonly kind: 'number'; readonly min: number; readonly max?: number; readonly integer?: boolean }
  | { readonly kind: 'string' }
  | { readonly kind: 'variables' }
  | { readonly kind: 'image' }
  | { readonly kind: 'retries' }
  | { readonly kind: 'secrets' }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  /** An object of options of its own; `required` are those without a default. */
  | { readonly kind: 'group'; readonly rules: OptionRules; readonly required: readonly string[] }
  | { readonly kind: 'schedule' }
  | { readonly kind: 'timezone' }
  | { readonly kind: 'schema' };

export type OptionRules = Readonly<Record<string, OptionRule>>;

const DAY_MS = 86_400_000;
/** Docker refuses less memory than this for a container. */
const MIN_MEMORY_LIMIT_MIB = 6;
/** Docker takes CPU limits in hundredths of a core. */
const MIN_CPU = 0.01;

/** Options that say how many containers there are. */
export const AUTOSCALER_OPTION_RULES: { readonly [K in keyof Required<AutoscalerOptions>]: OptionRule } = {
  minContainers: { kind: 'number', min: 0, integer: true },
  maxContainers: { kind: 'number', min: 1, integer: true },
  bufferContainers: { kind: 'number', min: 0, integer: true },
  scaledownWindowMs: { kind: 'number', min: 2000, max: 1_200_000 },
};

const CONCURRENCY_OPTION_RULES: { readonly [K in keyof Required<ConcurrencyOptions>]: OptionRule } = {
  maxInputs: { kind: 'number', min: 1, max: 1000, integer: true },
  targetInputs: { kind: 'number', min: 1, max: 1000, integer: true },
};

const BATCHING_OPTION_RULES: { readonly [K in keyof Required<BatchingOptions>]: OptionRule } = {
  maxBatchSize: { kind: 'number', min: 1, max: 1000, integer: true },
  waitMs: { kind: 'number', min: 0, max: 600_000 },
};

/** What `withOptions` can change. */
export const OVERRIDE_RULES: { readonly [K in keyof Required<OptionOverrides>]: OptionRule } = {
  cpu: { kind: 'number', min: MIN_CPU },
  cpuLimit: { kind: 'number', min: MIN_CPU },
  memoryMiB: { kind: 'number', min: 1, integer: true },
  memoryLimitMiB: { kind: 'number', min: MIN_MEMORY_LIMIT_MIB, integer: true },
  env: { kind: 'variables' },
  timeoutMs: { kind: 'number', min: 1, max: DAY_MS },
  startupTimeoutMs: { kind: 'number', min: 1, max: DAY_MS },
  retries: { kind: 'retries' },
  ...AUTOSCALER_OPTION_RULES,
  concurrent: { kind: 'group', rules: CONCURRENCY_OPTION_RULES, required: ['maxInputs'] },
  batched: { kind: 'group', rules: BATCHING_OPTION_RULES, required: ['maxBatchSize', 'waitMs'] },
};

/** Every option of a function. A new option that is missing here does not compile. */
export const FUNCTION_OPTION_RULES: { readonly [K in keyof Required<FunctionOptions>]: OptionRule } = {
  name: { kind: 'string' },
  image: { kind: 'image' },
  ...OVERRIDE_RULES,
  secrets: { kind: 'secrets' },
  whenIdle: { kind: 'choice', choices: ['stop', 'freeze'] },
  singleUseContainers: { kind: 'boolean' },
  schedule: { kind: 'schedule' },
  input: { kind: 'schema' },
};

const { input: _, schedule: __, ...classRules } = FUNCTION_OPTION_RULES;

/** Every option of a class: a schema and a schedule are of one function, of which a class has several. */
export const CLASS_OPTION_RULES: { readonly [K in keyof Required<ClassOptions>]: OptionRule } = classRules;

/** Every field of a retry policy. */
export const RETRY_OPTION_RULES: { readonly [K in keyof Required<RetryOptions>]: OptionRule } = {
  maxRetries: { kind: 'number', min: 0, max: 10, integer: true },
  initialDelayMs: { kind: 'number', min: 0, max: 60_000 },
  maxDelayMs: { kind: 'number', min: 1, max: 60_000 },
  backoffCoefficient: { kind: 'number', min: 1, max: 10 },
};

const POLICY_RULES: { readonly [K in keyof Required<ScheduleOptions>]: OptionRule } = {
  overlap: { kind: 'choice', choices: ['skip', 'allow'] },
  missed: { kind: 'choice', choices: ['run-once', 'skip'] },
};

const PERIOD_RULES: { readonly [K in keyof Required<PeriodLength>]: OptionRule } = {
  years: { kind: 'number', min: 0, max: 100, integer: true },
  months: { kind: 'number', min: 0, max: 1200, integer: true },
  weeks: { kind: 'number', min: 0, max: 5200 },
  days: { kind: 'number', min: 0, max: 36_500 },
  hours: { kind: 'number', min: 0, max: 876_000 },
  minutes: { kind: 'number', min: 0, max: 52_560_000 },
  seconds: { kind: 'number', min: 0, max: 3_153_600_000 },
};

/** Every field of a schedule, by what made it. */
export const SCHEDULE_RULES: Readonly<Record<Schedule['kind'], OptionRules>> = {
  cron: {
    kind: { kind: 'choice', choices: ['cron'] },
    expression: { kind: 'string' },
    timezone: { kind: 'timezone' },
    ...POLICY_RULES,
  },
  period: {
    kind: { kind: 'choice', choices: ['period'] },
    every: { kind: 'group', rules: PERIOD_RULES, required: [] },
    ...POLICY_RULES,
  },
};

/** Options of a local entrypoint. */
export const ENTRYPOINT_OPTION_RULES: Readonly<Record<string, OptionRule>> = {
  name: { kind: 'string' },
  input: { kind: 'schema' },
};

/** Options of an app. */
export const APP_OPTION_RULES: Readonly<Record<string, OptionRule>> = {
  image: { kind: 'image' },
  env: { kind: 'variables' },
  secrets: { kind: 'secrets' },
};

/** What a rule allows, in words. */
export function allowedBy(rule: OptionRule): string {
  switch (rule.kind) {
    case 'number': {
      const what = rule.integer ? 'a whole number' : 'a number';
      return rule.max === undefined
        ? `${what} of at least ${rule.min}`
        : `${what} from ${rule.min} to ${rule.max}`;
    }
    case 'string':
      return 'a string';
    case 'boolean':
      return 'true or false';
    case 'choice':
      return rule.choices.map((choice) => JSON.stringify(choice)).join(' or ');
    case 'group':
      return `an object with ${Object.keys(rule.rules).join(', ')}`;
    case 'variables':
      return 'an object of strings by variable name';
    case 'image':
      return 'an Image, such as Image.node("24")';
    case 'retries':
      return 'a whole number from 0 to 10, or a policy with maxRetries';
    case 'secrets':
      return 'a list of secrets, such as [Secret.fromName("name")]';
    case 'schedule':
      return 'made by cron("0 2 * * *") or period({ hours: 1 })';
    case 'timezone':
      return 'a time zone, such as "Europe/Berlin"';
    case 'schema':
      return 'a Standard Schema, such as one of zod';
  }
}
