/**
 * What each option of a function may be: its type and range, as data.
 *
 * The numbers are those of the docstrings in sdk/function-options.ts. Checking is check-options.ts.
 */
import type { FunctionOptions, RetryOptions } from '../../sdk/function-options.ts';

export type OptionRule =
  | { readonly kind: 'number'; readonly min: number; readonly max?: number; readonly integer?: boolean }
  | { readonly kind: 'string' }
  | { readonly kind: 'variables' }
  | { readonly kind: 'image' }
  | { readonly kind: 'retries' }
  | { readonly kind: 'secrets' }
  | { readonly kind: 'schema' };

const DAY_MS = 86_400_000;
/** Docker refuses less memory than this for a container. */
const MIN_MEMORY_LIMIT_MIB = 6;
/** Docker takes CPU limits in hundredths of a core. */
const MIN_CPU = 0.01;

/** Every option of a function. A new option that is missing here does not compile. */
export const FUNCTION_OPTION_RULES: { readonly [K in keyof Required<FunctionOptions>]: OptionRule } = {
  name: { kind: 'string' },
  image: { kind: 'image' },
  cpu: { kind: 'number', min: MIN_CPU },
  cpuLimit: { kind: 'number', min: MIN_CPU },
  memoryMiB: { kind: 'number', min: 1, integer: true },
  memoryLimitMiB: { kind: 'number', min: MIN_MEMORY_LIMIT_MIB, integer: true },
  env: { kind: 'variables' },
  secrets: { kind: 'secrets' },
  timeoutMs: { kind: 'number', min: 1, max: DAY_MS },
  startupTimeoutMs: { kind: 'number', min: 1, max: DAY_MS },
  retries: { kind: 'retries' },
  maxContainers: { kind: 'number', min: 1, integer: true },
  scaledownWindowMs: { kind: 'number', min: 2000, max: 1_200_000 },
  input: { kind: 'schema' },
};

/** Every field of a retry policy. */
export const RETRY_OPTION_RULES: { readonly [K in keyof Required<RetryOptions>]: OptionRule } = {
  maxRetries: { kind: 'number', min: 0, max: 10, integer: true },
  initialDelayMs: { kind: 'number', min: 0, max: 60_000 },
  maxDelayMs: { kind: 'number', min: 1, max: 60_000 },
  backoffCoefficient: { kind: 'number', min: 1, max: 10 },
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
    case 'variables':
      return 'an object of strings by variable name';
    case 'image':
      return 'an Image, such as Image.node("24")';
    case 'retries':
      return 'a whole number from 0 to 10, or a policy with maxRetries';
    case 'secrets':
      return 'a list of secrets, such as [Secret.fromName("name")]';
    case 'schema':
      return 'a Standard Schema, such as one of zod';
  }
}
