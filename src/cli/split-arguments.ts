/**
 * Splits the arguments of `dray run` at the reference: options before it are dray's, all after it belong to
 * the function. Pure.
 */

/** What is known of dray's own flags; oclif's flag definitions fit. */
export type OwnFlags = Readonly<
  Record<string, { readonly char?: string; readonly type: 'boolean' | 'option' }>
>;

export interface SplitArguments {
  /** dray's own, the reference included. */
  readonly own: string[];
  /** The function's. */
  readonly rest: string[];
}

/** Splits after the first argument that is neither an option of dray nor the value of one. */
export function splitArguments(argv: readonly string[], flags: OwnFlags): SplitArguments {
  let at = 0;
  while (at < argv.length && (argv[at] as string).startsWith('-') && argv[at] !== '-') {
    at += takesNext(argv[at] as string, flags) ? 2 : 1;
  }
  return { own: argv.slice(0, at + 1), rest: argv.slice(at + 1) };
}

function takesNext(option: string, flags: OwnFlags): boolean {
  if (option.includes('=')) return false;
  const flag = option.startsWith('--')
    ? flags[option.slice(2)]
    : Object.values(flags).find(({ char }) => char === option[1]);
  // `-wfile` carries its value itself.
  return flag?.type === 'option' && (option.startsWith('--') || option.length === 2);
}

/** Whether the arguments of a function ask for its help. */
export function asksForHelp(rest: readonly string[]): boolean {
  const end = rest.indexOf('--');
  return rest.slice(0, end === -1 ? rest.length : end).includes('--help');
}
