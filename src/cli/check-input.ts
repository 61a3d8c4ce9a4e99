/**
 * Checks the arguments made from flags with the schema that the function was declared with.
 */
import type { FunctionParameters } from '../protocol/parameters.ts';
import type { SchemaIssue, StandardSchema } from '../sdk/standard-schema.ts';
import { UserError } from '../shared/errors.ts';

/**
 * The arguments as the schema gives them back: defaults filled in, values converted.
 *
 * @throws UserError FUNCTION_FLAG_INVALID, with a line for each issue
 */
export async function checkInput(
  schema: StandardSchema,
  parameters: FunctionParameters,
  args: readonly unknown[],
  reference = 'FILE',
): Promise<unknown[]> {
  const result = await schema['~standard'].validate(args[0] ?? {});
  if (result.issues === undefined) return [result.value];
  const lines = result.issues.map((issue) => `${flagOf(issue, parameters)}: ${issue.message}`);
  const [sole, second] = lines;
  throw new UserError(
    'FUNCTION_FLAG_INVALID',
    second === undefined ? `the flags do not fit: ${sole}` : `${lines.length} flags do not fit`,
    {
      ...(second !== undefined && { details: lines.join('\n') }),
      suggestions: [`see its flags: dray run ${reference} --help`],
    },
  );
}

/** `--width`, `--size.height` for a field inside of one, `input` for the whole. */
function flagOf({ path = [] }: SchemaIssue, parameters: FunctionParameters): string {
  const keys = path.map((segment) => String(typeof segment === 'object' ? segment.key : segment));
  const [name, ...inside] = keys;
  if (name === undefined) return 'input';
  const known =
    'parameters' in parameters ? parameters.parameters.find((each) => each.name === name) : undefined;
  return `--${[known?.flag ?? name, ...inside].join('.')}`;
}
