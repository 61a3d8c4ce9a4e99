import { expect, it } from 'vitest';
import { renderFunctionHelp } from '../../../../src/cli/render/function-help.ts';

it('shows what a function does, its flags and what else the file has', () => {
  const help = renderFunctionHelp({
    reference: 'app.ts::main',
    parameters: {
      style: 'object',
      description: 'Makes a picture smaller.',
      parameters: [
        { name: 'url', flag: 'url', type: { kind: 'string' }, required: true, description: 'where it is' },
        {
          name: 'maxWidth',
          flag: 'max-width',
          type: { kind: 'number' },
          required: false,
          defaultText: '256',
          description: 'in pixels',
        },
        { name: 'loud', flag: 'loud', type: { kind: 'boolean' }, required: false },
        { name: 'size', flag: 'size', type: { kind: 'choice', choices: ['s', 'l'] }, required: true },
        { name: 'tags', flag: 'tags', type: { kind: 'array', items: { kind: 'string' } }, required: false },
        { name: 'n', flag: 'n', type: { kind: 'number', integer: true }, required: false },
      ],
    },
    others: ['app.ts::greet', 'app.ts::Model.predict'],
  });
  expect(help).toMatchInlineSnapshot(`
    "Makes a picture smaller.

    USAGE
      $ dray run app.ts::main --url=<string> --size=<s|l> [FLAGS]

    FLAGS
      --url=<string>         (required) where it is
      --max-width=<number>   [default: 256] in pixels
      --[no-]loud
      --size=<s|l>           (required)
      --tags=<string>...
      --n=<integer>

    ALSO IN THIS FILE
      $ dray run app.ts::greet
      $ dray run app.ts::Model.predict
    "
  `);
});

it('says that arguments are passed on as typed', () => {
  expect(
    renderFunctionHelp({ reference: 'app.ts', parameters: { style: 'raw' }, others: [] }),
  ).toMatchInlineSnapshot(`
    "USAGE
      $ dray run app.ts [ARGUMENTS...]

    All arguments are passed to the function as they are typed.
    "
  `);
});

it('says that a schema without a description takes any flags', () => {
  expect(
    renderFunctionHelp({ reference: 'app.ts', parameters: { style: 'free' }, others: [] }),
  ).toMatchInlineSnapshot(`
    "USAGE
      $ dray run app.ts [--NAME VALUE]...

    The flags are checked by the function, which does not describe them.
    "
  `);
});

it('is short for a function without parameters', () => {
  const parameters = { style: 'positional', parameters: [] } as const;
  expect(renderFunctionHelp({ reference: 'app.ts', parameters, others: [] })).toBe(
    'USAGE\n  $ dray run app.ts\n',
  );
});
