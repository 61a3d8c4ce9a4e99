import { expect, it } from 'vitest';
import { checkInput } from '../../../src/cli/check-input.ts';
import type { FunctionParameters } from '../../../src/protocol/parameters.ts';
import type { SchemaResult, StandardSchema } from '../../../src/sdk/standard-schema.ts';
import { UserError } from '../../../src/shared/errors.ts';

const PARAMETERS: FunctionParameters = {
  style: 'object',
  parameters: [{ name: 'maxItems', flag: 'max-items', type: { kind: 'number' }, required: false }],
};

function schema(
  validate: (value: unknown) => SchemaResult<unknown> | Promise<SchemaResult<unknown>>,
): StandardSchema {
  return { '~standard': { version: 1, vendor: 'test', validate } };
}

it('gives back what the schema makes of the flags', async () => {
  const doubling = schema(async (value) => ({ value: { n: (value as { n: number }).n * 2 } }));
  expect(await checkInput(doubling, PARAMETERS, [{ n: 2 }])).toEqual([{ n: 4 }]);
});

it('lets the schema fill in an object that nobody gave', async () => {
  expect(
    await checkInput(
      schema((value) => ({ value })),
      PARAMETERS,
      [],
    ),
  ).toEqual([{}]);
});

it('names the flag of the one issue', async () => {
  const failing = schema(() => ({ issues: [{ message: 'must be small', path: ['maxItems'] }] }));
  const error = await checkInput(failing, PARAMETERS, [{}], 'app.ts').catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UserError);
  expect(error).toMatchObject({
    code: 'FUNCTION_FLAG_INVALID',
    exitCode: 2,
    message: 'the flags do not fit: --max-items: must be small',
    suggestions: ['see its flags: dray run app.ts --help'],
  });
});

it('has a line for each of several issues, with the path inside a flag', async () => {
  const failing = schema(() => ({
    issues: [
      { message: 'a', path: [{ key: 'size' }, 'height'] },
      { message: 'b', path: [] },
      { message: 'c' },
    ],
  }));
  const error = await checkInput(failing, { style: 'free' }, [{}]).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    message: '3 flags do not fit',
    details: '--size.height: a\ninput: b\ninput: c',
  });
});
