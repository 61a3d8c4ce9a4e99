/**
 * How findings look: a line each, with a mark, and what to do where something is wrong. Pure.
 */
import chalk from 'chalk';
import type { Finding, Level } from '../../protocol/finding.ts';

const MARKS: Record<Level, string> = {
  ok: chalk.green('✔'),
  warning: chalk.yellow('!'),
  problem: chalk.red('✖'),
};

/** Wide enough for every name of a check. */
const NAME_WIDTH = 'leftovers'.length;

/** The text for a person, without a final newline. */
export function renderFindings(findings: readonly Finding[]): string {
  const lines = findings.map(({ check, level, message, advice }) => {
    const what = advice === undefined ? message : `${message} ${chalk.dim('→')} ${advice}`;
    return `${MARKS[level]} ${chalk.bold(check.padEnd(NAME_WIDTH))}  ${oneLine(what)}`;
  });
  return [...lines, '', summary(findings)].join('\n');
}

function summary(findings: readonly Finding[]): string {
  const count = (level: Level) => findings.filter((each) => each.level === level).length;
  const counted = [
    [count('problem'), 'problem'],
    [count('warning'), 'warning'],
  ] as const;
  const said = counted
    .filter(([many]) => many > 0)
    .map(([many, word]) => `${many} ${word}${many === 1 ? '' : 's'}`);
  return said.length === 0 ? 'Everything is in order.' : said.join(', ');
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ');
}
