import { describe, expect, it } from 'vitest';
import { parseFunctionFlags } from '../../../src/cli/function-flags.ts';
import {
  type FunctionParameters,
  flagName,
  type Parameter,
  type ParameterType,
} from '../../../src/protocol/parameters.ts';
import { UserError } from '../../../src/shared/errors.ts';

function parameter(
  name: string,
  type: ParameterType | ParameterType['kind'],
  more: Partial<Parameter> = {},
): Parameter {
  const of = typeof type === 'string' ? ({ kind: type } as ParameterType) : type;
  return { name, flag: flagName(name), type: of, required: false, ...more };
}

const object = (...parameters: Parameter[]): FunctionParameters => ({ style: 'object', parameters });
const positional = (...parameters: Parameter[]): FunctionParameters => ({ style: 'positional', parameters });

function refusal(parameters: FunctionParameters, ...argv: string[]): UserError {
  try {
    parseFunctionFlags(parameters, argv, 'app.ts');
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('it did not throw');
}

const WIDTH = parameter('width', 'number');
const MAX_ITEMS = parameter('maxItems', 'number');
const LOUD = parameter('loudMode', 'boolean');
const TAGS = parameter('tags', { kind: 'array', items: { kind: 'string' } });

describe('parseFunctionFlags', () => {
  it.each<[string, Parameter, string[], unknown]>([
    ['a separate value', WIDTH, ['--width', '5'], 5],
    ['an inline value', WIDTH, ['--width=5'], 5],
    ['a negative number', WIDTH, ['--width', '-5'], -5],
    ['a fraction', WIDTH, ['--width=0.5e2'], 50],
    ['kebab case', MAX_ITEMS, ['--max-items=1'], 1],
    ["the parameter's own name", MAX_ITEMS, ['--maxItems=1'], 1],
    ['the last of several values', WIDTH, ['--width=1', '--width=2'], 2],
    ['a boolean', LOUD, ['--loud-mode'], true],
    ['a boolean by its own name', LOUD, ['--loudMode'], true],
    ['a negated boolean', LOUD, ['--no-loud-mode'], false],
    ['a negated boolean by its own name', LOUD, ['--no-loudMode'], false],
    ['a boolean that is spelled out', LOUD, ['--loud-mode=false'], false],
    ['a text with equals signs', parameter('url', 'string'), ['--url=a=b=c'], 'a=b=c'],
    ['an empty text', parameter('url', 'string'), ['--url='], ''],
    ['a text that starts with a dash', parameter('url', 'string'), ['--url', '-x'], '-x'],
    ['a choice', parameter('m', { kind: 'choice', choices: ['a', 'b'] }), ['--m', 'b'], 'b'],
    ['a number among choices', parameter('m', { kind: 'choice', choices: [1, 2] }), ['--m', '2'], 2],
    ['a date', parameter('at', 'date'), ['--at', '2026-01-31'], new Date('2026-01-31')],
    ['JSON', parameter('o', 'json'), ['--o', '{"a":[1]}'], { a: [1] }],
    ['one item', TAGS, ['--tags', 'a'], ['a']],
    ['several items', TAGS, ['--tags', 'a', '--tags=b'], ['a', 'b']],
    ['numbers', parameter('n', { kind: 'array', items: { kind: 'number' } }), ['--n=1', '--n=2'], [1, 2]],
  ])('takes %s', (_, of, argv, expected) => {
    expect(parseFunctionFlags(object(of), argv)).toEqual([{ [of.name]: expected }]);
  });

  it('leaves out what is not given', () => {
    expect(parseFunctionFlags(object(WIDTH, TAGS), [])).toEqual([{}]);
  });

  it('calls without arguments where the object may be left out and nothing is given', () => {
    const optional: FunctionParameters = {
      style: 'object',
      optional: true,
      parameters: [{ ...WIDTH, required: true }, TAGS],
    };
    expect(parseFunctionFlags(optional, [])).toEqual([]);
    expect(refusal(optional, '--tags=a').code).toBe('FUNCTION_FLAG_MISSING');
  });

  it('puts positional arguments in order and drops what nobody gave at the end', () => {
    const of = positional(WIDTH, MAX_ITEMS, LOUD);
    expect(parseFunctionFlags(of, ['--max-items=2', '--width=1'])).toEqual([1, 2]);
    expect(parseFunctionFlags(of, ['--loud-mode'])).toEqual([undefined, undefined, true]);
    expect(parseFunctionFlags(of, [])).toEqual([]);
  });

  it('spreads a rest parameter, given by its flag or after --', () => {
    const of = positional(WIDTH, { ...TAGS, rest: true });
    expect(parseFunctionFlags(of, ['--tags=a', '--tags=b'])).toEqual([undefined, 'a', 'b']);
    expect(parseFunctionFlags(of, ['--width=1', '--', 'a', '--width'])).toEqual([1, 'a', '--width']);
  });

  it('passes everything on as typed in the raw style', () => {
    expect(parseFunctionFlags({ style: 'raw' }, ['--x', '--', '-y', 'z'])).toEqual(
      [['--x', '--', '-y', 'z']].flat(),
    );
  });

  it('prefers a flag of its own to the negation of another', () => {
    const of = object(parameter('cache', 'boolean'), parameter('noCache', 'string'));
    expect(parseFunctionFlags(of, ['--no-cache', 'x'])).toEqual([{ noCache: 'x' }]);
  });
});

describe('flags that are refused', () => {
  const hint = 'see its flags: dray run app.ts --help';

  it('names the flag that an unknown one was meant to be', () => {
    const error = refusal(object(WIDTH), '--widht=5');
    expect([error.code, error.exitCode, error.message]).toEqual([
      'FUNCTION_FLAG_UNKNOWN',
      2,
      'the function has no flag --widht',
    ]);
    expect(error.suggestions).toEqual(['did you mean --width?', hint]);
    expect(refusal(object(WIDTH), '--zzzzzz').suggestions).toEqual([hint]);
    expect(refusal(object(WIDTH), '-w').message).toBe('the function has no flag -w');
  });

  it('does not take --no- for what is no boolean', () => {
    expect(refusal(object(WIDTH), '--no-width').code).toBe('FUNCTION_FLAG_UNKNOWN');
  });

  it('names all missing flags at once', () => {
    const required = object({ ...WIDTH, required: true }, { ...MAX_ITEMS, required: true }, LOUD);
    const error = refusal(required);
    expect([error.code, error.message, error.suggestions]).toEqual([
      'FUNCTION_FLAG_MISSING',
      'missing required flags --width, --max-items',
      [hint],
    ]);
    expect(refusal(required, '--width=1').message).toBe('missing required flag --max-items');
  });

  it.each<[string, Parameter, string, string]>([
    ['no number', WIDTH, 'x', 'a number'],
    ['an empty number', WIDTH, '', 'a number'],
    ['a fraction', parameter('n', { kind: 'number', integer: true }), '1.5', 'a whole number'],
    ['no choice', parameter('m', { kind: 'choice', choices: ['fast', 'slow'] }), 'fats', 'one of fast, slow'],
    ['no boolean', LOUD, 'yes', 'true or false'],
    ['no date', parameter('at', 'date'), 'someday', 'a date'],
    ['no number in a list', parameter('n', { kind: 'array', items: { kind: 'number' } }), 'x', 'a number'],
  ])('refuses %s', (_, of, value, not) => {
    const error = refusal(object(of), `--${of.flag}=${value}`);
    expect([error.code, error.message]).toEqual([
      'FUNCTION_FLAG_INVALID',
      `--${of.flag} is ${JSON.stringify(value)}, which is not ${not}`,
    ]);
  });

  it('says where JSON goes wrong', () => {
    expect(refusal(object(parameter('o', 'json')), '--o', '{"a":}').message).toContain(
      'not JSON: Unexpected token',
    );
  });

  it('suggests the nearest choice', () => {
    const of = object(parameter('m', { kind: 'choice', choices: ['fast', 'slow'] }));
    expect(refusal(of, '--m=fats').suggestions[0]).toBe('did you mean fast?');
  });

  it('refuses a flag without its value', () => {
    expect(refusal(object(WIDTH), '--width').code).toBe('FUNCTION_FLAG_NO_VALUE');
    expect(refusal(object(WIDTH, MAX_ITEMS), '--width', '--max-items', '3').message).toBe(
      '--width needs a value',
    );
  });

  it('refuses a value without a flag, also after --', () => {
    const error = refusal(object(WIDTH), '5');
    expect([error.code, error.suggestions[0]]).toEqual([
      'FUNCTION_FLAG_UNEXPECTED',
      'values follow a flag: --width 5',
    ]);
    expect(refusal(object(WIDTH), '--', '--width=5').code).toBe('FUNCTION_FLAG_UNEXPECTED');
    expect(refusal(positional(), 'x').suggestions).toEqual([hint]);
  });
});

describe('free flags', () => {
  it('are any pairs, in camel case', () => {
    const argv = [
      '--url',
      'x',
      '--max-items=2',
      '--loud',
      '--no-cache',
      '--tag',
      'a',
      '--tag',
      'b',
      '--tag',
      'c',
    ];
    expect(parseFunctionFlags({ style: 'free' }, argv)).toEqual([
      { url: 'x', maxItems: '2', loud: true, cache: false, tag: ['a', 'b', 'c'] },
    ]);
  });

  it('take negative numbers and refuse what follows no flag', () => {
    expect(parseFunctionFlags({ style: 'free' }, ['--n', '-5'])).toEqual([{ n: '-5' }]);
    expect(refusal({ style: 'free' }, 'x').code).toBe('FUNCTION_FLAG_UNEXPECTED');
  });
});

it.each([
  ['maxItems', 'max-items'],
  ['URLPath', 'url-path'],
  ['baseURL', 'base-url'],
  ['snake_case', 'snake-case'],
  ['v2Items', 'v2-items'],
  ['plain', 'plain'],
])('the flag of %s is --%s', (name, flag) => {
  expect(flagName(name)).toBe(flag);
});
