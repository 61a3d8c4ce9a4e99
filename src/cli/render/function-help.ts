/**
 * The text of `dray run app.ts --help`: what the chosen function does and which flags it takes.
 *
 * Pure text without colour, in the layout of the command line's own help.
 */
import type { FunctionParameters, Parameter, ParameterType } from '../../protocol/parameters.ts';

export interface FunctionHelp {
  /** What the user typed, or the reference of the function that was chosen for it: `app.ts::main`. */
  readonly reference: string;
  readonly parameters: FunctionParameters;
  /** References of everything else in the file that can be run. */
  readonly others: readonly string[];
}

/** Space between the columns. */
const GAP = 3;

/** The help of a function, ready to print. */
export function renderFunctionHelp({ reference, parameters, others }: FunctionHelp): string {
  const sections = [
    parameters.description,
    `USAGE\n  $ dray run ${reference}${usageOf(parameters)}`,
    flagsSection(parameters),
    others.length === 0
      ? undefined
      : `ALSO IN THIS FILE\n${others.map((each) => `  $ dray run ${each}`).join('\n')}`,
  ];
  return `${sections.filter((section) => section !== undefined).join('\n\n')}\n`;
}

function usageOf(parameters: FunctionParameters): string {
  if (parameters.style === 'raw') return ' [ARGUMENTS...]';
  if (parameters.style === 'free') return ' [--NAME VALUE]...';
  const required = parameters.parameters.filter((each) => each.required).map((each) => ` ${spelling(each)}`);
  return required.join('') + (required.length < parameters.parameters.length ? ' [FLAGS]' : '');
}

function flagsSection(parameters: FunctionParameters): string | undefined {
  if (parameters.style === 'raw') return 'All arguments are passed to the function as they are typed.';
  if (parameters.style === 'free')
    return 'The flags are checked by the function, which does not describe them.';
  if (parameters.parameters.length === 0) return undefined;
  const rows = parameters.parameters.map((each) => [spelling(each), notes(each)] as const);
  const width = Math.max(...rows.map(([flag]) => flag.length)) + GAP;
  return `FLAGS\n${rows.map(([flag, note]) => `  ${flag.padEnd(width)}${note}`.trimEnd()).join('\n')}`;
}

function spelling({ flag, type, rest }: Parameter): string {
  if (type.kind === 'boolean') return `--[no-]${flag}`;
  const many = type.kind === 'array' || rest === true;
  return `--${flag}=<${valueSpelling(type)}>${many ? '...' : ''}`;
}

function valueSpelling(type: ParameterType): string {
  switch (type.kind) {
    case 'array':
      return valueSpelling(type.items);
    case 'choice':
      return type.choices.join('|');
    case 'number':
      return type.integer === true ? 'integer' : 'number';
    default:
      return type.kind;
  }
}

function notes({ required, defaultText, description }: Parameter): string {
  return [
    required ? '(required)' : undefined,
    defaultText === undefined ? undefined : `[default: ${defaultText}]`,
    description,
  ]
    .filter((note) => note !== undefined)
    .join(' ');
}
