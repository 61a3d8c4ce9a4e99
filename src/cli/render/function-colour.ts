/**
 * The colour of a function in logs: the same function always has the same. Pure.
 */
import chalk from 'chalk';

const COLOURS = [chalk.cyan, chalk.magenta, chalk.green, chalk.yellow, chalk.blue] as const;

/** What paints its name. */
export function colourOfFunction(name: string) {
  let sum = 0;
  for (const character of name) sum += character.codePointAt(0) ?? 0;
  return COLOURS[sum % COLOURS.length] as (typeof COLOURS)[number];
}
