import { describe, expect, it } from 'vitest';
import { parseMethodFlags, pooledParameters } from '../../../src/cli/method-flags.ts';
import {
  type FunctionParameters,
  flagName,
  type Parameter,
  type ParameterType,
} from '../../../src/protocol/parameters.ts';
import { UserError } from '../../../src/shared/errors.ts';

function parameter(name: string, kind: 'string' | 'number' | 'boolean', required = true): Parameter {
  return { name, flag: flagName(name), type: { kind } as ParameterType, required };
}

const size: FunctionParameters = {
  style: 'object',
  optional: true,
  parameters: [parameter('modelSize', 'string'), parameter('deep', 'boolean', false)],
};
const text: FunctionParameters = {
  style: 'positional',
  parameters: [parameter('text', 'string'), parameter('times', 'number', false)],
};

function refusal(construct: FunctionParameters, call: FunctionParameters, ...argv: string[]): UserError {
  try {
    parseMethodFlags({ construct, call }, argv, 'app.ts::M.m');
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('it did not throw');
}

describe('the flags of a method', () => {
  it('go to the constructor and to the method, in any order', () => {
    const argv = ['--times', '3', '--model-size', 'large', '--text=hi', '--deep'];
    expect(parseMethodFlags({ construct: size, call: text }, argv, 'app.ts::M.m')).toEqual({
      parameters: [{ modelSize: 'large', deep: true }],
      args: ['hi', 3],
    });
  });

  it('leave out the object of a constructor that has a default for it', () => {
    expect(parseMethodFlags({ construct: size, call: text }, ['--text', 'hi'], 'x')).toEqual({
      parameters: [],
      args: ['hi'],
    });
  });

  it('are refused where one is missing, in either part', () => {
    expect(refusal(size, text, '--deep').message).toBe('missing required flags --model-size, --text');
  });

  it('are those of the method alone where the constructor takes nothing', () => {
    const nothing: FunctionParameters = { style: 'positional', parameters: [] };
    expect(parseMethodFlags({ construct: nothing, call: { style: 'raw' } }, ['a', '--b'], 'x')).toEqual({
      parameters: [],
      args: ['a', '--b'],
    });
    expect(parseMethodFlags({ call: text }, ['--text', 'hi'], 'x')).toEqual({ args: ['hi'] });
  });

  it('that both have are refused, with another way to call it', () => {
    const error = refusal(text, text, '--text', 'hi');
    expect([error.code, error.message]).toEqual([
      'METHOD_FLAGS_CLASH',
      '--text of app.ts::M.m is a flag of both the constructor and the method',
    ]);
    expect(error.suggestions[0]).toContain('new Model(…).method.remote(…)');
  });

  it('cannot be told apart where the method takes anything', () => {
    expect(refusal(size, { style: 'raw' }, 'a').code).toBe('METHOD_FLAGS_CLASH');
  });

  it('are one list for help, in which a constructor with a default asks for nothing', () => {
    const pooled = pooledParameters({ construct: size, call: { ...text, description: 'Predicts.' } }, 'x');
    expect(pooled.description).toBe('Predicts.');
    expect('parameters' in pooled && pooled.parameters.map(({ flag, required }) => [flag, required])).toEqual(
      [
        ['model-size', false],
        ['deep', false],
        ['text', true],
        ['times', false],
      ],
    );
  });
});
