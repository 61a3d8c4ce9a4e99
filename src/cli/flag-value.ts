/**
 * One value of a flag, from text to what the function takes.
 */
import type { Parameter, ScalarType } from '../protocol/parameters.ts';
import { UserError } from '../shared/errors.ts';
import { nearestName } from '../shared/names.ts';

/**
 * The value that `text` spells for a parameter; of an array, one item.
 *
 * @throws UserError FUNCTION_FLAG_INVALID
 */
export function flagValue({ flag, type }: Parameter, text: string, hint: string): unknown {
  const scalar = type.kind === 'array' ? type.items : type;
  const read = readScalar(scalar, text);
  if ('value' in read) return read.value;
  const suggestions = read.suggestion === undefined ? [hint] : [read.suggestion, hint];
  throw new UserError(
    'FUNCTION_FLAG_INVALID',
    `--${flag} is ${JSON.stringify(text)}, which is not ${read.not}`,
    {
      suggestions,
    },
  );
}

type Read = { readonly value: unknown } | { readonly not: string; readonly suggestion?: string | undefined };

function readScalar(type: ScalarType, text: string): Read {
  switch (type.kind) {
    case 'string':
      return { value: text };
    case 'number':
      return readNumber(text, type.integer === true);
    case 'boolean':
      if (text === 'true') return { value: true };
      return text === 'false' ? { value: false } : { not: 'true or false' };
    case 'choice': {
      const choice = type.choices.find((each) => String(each) === text);
      if (choice !== undefined) return { value: choice };
      const names = type.choices.map(String);
      const near = nearestName(text, names);
      return { not: `one of ${names.join(', ')}`, suggestion: near && `did you mean ${near}?` };
    }
    case 'date': {
      const date = new Date(text);
      return Number.isNaN(date.getTime())
        ? { not: 'a date', suggestion: 'write it as 2026-01-31 or 2026-01-31T12:00:00Z' }
        : { value: date };
    }
    case 'json':
      return readJson(text);
  }
}

function readNumber(text: string, integer: boolean): Read {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isNaN(value)) return { not: 'a number' };
  return integer && !Number.isInteger(value) ? { not: 'a whole number' } : { value };
}

function readJson(text: string): Read {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    // V8's message names the character and its position.
    return {
      not: `JSON: ${(error as SyntaxError).message}`,
      suggestion: `quote it for the shell: '{"key": "value"}'`,
    };
  }
}
