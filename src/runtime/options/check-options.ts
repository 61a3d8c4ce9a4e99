/**
 * Refuses options that are unknown, of a wrong type or out of range, naming the option and what is allowed.
 *
 * TypeScript finds most of these while one writes; this finds them in JavaScript and in computed values.
 */
import { secretDeclaration } from '../../sdk/secret.ts';
import { UserError } from '../../shared/errors.ts';
import { nearestName } from '../../shared/names.ts';
import {
  allowedBy,
  type OptionRule,
  type OptionRules,
  RETRY_OPTION_RULES,
  SCHEDULE_RULES,
} from './option-rules.ts';

/** Characters of a value shown in a message. */
const SHOWN = 60;

/**
 * Checks options against their rules. `owner` is who has them, in words: `function resize (app.ts:7)`.
 *
 * @throws UserError INVALID_OPTION or UNKNOWN_OPTION
 */
export function checkOptions(owner: string, options: unknown, rules: OptionRules, prefix = ''): void {
  if (!isObject(options)) throw invalid(owner, prefix || 'options', options, 'an object of options');
  for (const [option, value] of Object.entries(options)) {
    const rule = rules[option];
    if (rule === undefined) throw unknown(owner, `${prefix}${option}`, option, Object.keys(rules));
    if (value !== undefined) checkValue(owner, `${prefix}${option}`, value, rule);
  }
}

function checkValue(owner: string, option: string, value: unknown, rule: OptionRule): void {
  if (rule.kind === 'retries' && isObject(value)) {
    checkGroup(owner, option, value, RETRY_OPTION_RULES, ['maxRetries']);
    return;
  }
  if (rule.kind === 'schedule' && isObject(value)) {
    const rules = SCHEDULE_RULES[value.kind as keyof typeof SCHEDULE_RULES];
    if (rules !== undefined) {
      checkGroup(owner, option, value, rules, Object.keys(rules));
      return;
    }
  }
  if (rule.kind === 'group' && isObject(value)) {
    checkGroup(owner, option, value, rule.rules, rule.required);
    return;
  }
  if (isAllowed(value, rule)) return;
  // Whatever was given in place of a secret may be its value.
  if (rule.kind === 'secrets') {
    throw new UserError('INVALID_OPTION', `${option} of ${owner} must be ${allowedBy(rule)}`);
  }
  throw invalid(owner, option, value, allowedBy(rule));
}

function checkGroup(
  owner: string,
  option: string,
  value: Record<string, unknown>,
  rules: OptionRules,
  required: readonly string[],
): void {
  checkOptions(owner, value, rules, `${option}.`);
  const missing = required.find((name) => value[name] === undefined);
  if (missing === undefined) return;
  throw invalid(owner, `${option}.${missing}`, undefined, allowedBy(rules[missing] as OptionRule));
}

function isAllowed(value: unknown, rule: OptionRule): boolean {
  switch (rule.kind) {
    case 'number':
      return (
        typeof value === 'number' &&
        Number.isFinite(value) &&
        value >= rule.min &&
        value <= (rule.max ?? Number.POSITIVE_INFINITY) &&
        (rule.integer !== true || Number.isInteger(value))
      );
    case 'retries':
      return isAllowed(value, RETRY_OPTION_RULES.maxRetries);
    case 'string':
      return typeof value === 'string';
    case 'boolean':
      return typeof value === 'boolean';
    case 'choice':
      return rule.choices.includes(value as string);
    case 'group':
    case 'schedule':
      return false;
    case 'timezone':
      return typeof value === 'string' && isTimezone(value);
    case 'variables':
      return isObject(value) && Object.values(value).every((each) => typeof each === 'string');
    case 'image':
      // Not instanceof: the user's installed SDK has an Image class of its own.
      return isObject(value) && isObject(value.recipe) && typeof value.recipe.base === 'string';
    case 'secrets':
      return Array.isArray(value) && value.every((each) => secretDeclaration(each) !== undefined);
    case 'schema':
      return (typeof value === 'function' || isObject(value)) && '~standard' in value;
  }
}

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    // A RangeError: the name is none that this machine knows.
    return false;
  }
}

function invalid(owner: string, option: string, value: unknown, allowed: string): UserError {
  return new UserError('INVALID_OPTION', `${option} of ${owner} is ${shown(value)}; it must be ${allowed}`);
}

function unknown(owner: string, path: string, option: string, known: readonly string[]): UserError {
  const near = nearestName(option, known);
  return new UserError('UNKNOWN_OPTION', `${owner} has no option ${path}`, {
    suggestions: [near === undefined ? `the options are ${known.join(', ')}` : `did you mean ${near}?`],
  });
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : describe(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

function describe(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (!isObject(value)) return String(value);
  try {
    return JSON.stringify(value);
  } catch {
    // A cycle or a bigint inside: what it is shows in the user's own code.
    return 'an object';
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
