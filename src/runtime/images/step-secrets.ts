/**
 * Gives a build step its secrets: as variables of the step's own shell, read from files that the builder mounts.
 *
 * Pure. A value is in no instruction, argument, layer or cache key; only names are.
 *
 * Invariants
 * - a mounted file is on a tmpfs, and gone when the step ends
 */
import { MOUNTS } from './step-script.ts';

/** Values of the secrets of each step, by variable; none for a step without. */
export type SecretsOfSteps = readonly (Readonly<Record<string, string>> | undefined)[];

const FOLDER = `${MOUNTS}/secrets`;

/** Under which the builder knows the variable of a step. */
export function secretId(step: number, variable: string): string {
  return `dray-${step}-${variable}`;
}

/** What to mount for a step, and the lines that export it. Every user may read it: a `user` step may stand before. */
export function secretMounts(
  step: number,
  variables: readonly string[],
): { mounts: string[]; script: string } {
  const files = variables.map((variable) => ({ variable, file: `${FOLDER}/${variable}` }));
  return {
    mounts: files.map(
      ({ variable, file }) =>
        `type=secret,id=${secretId(step, variable)},target=${file},required=true,mode=0444`,
    ),
    // The shell would take line breaks off the end: a letter behind them keeps them.
    script: files
      .map(
        ({ variable, file }) =>
          `${variable}=$(cat ${file}; printf x)\nexport ${variable}="\${${variable}%x}"\n`,
      )
      .join(''),
  };
}

/** The values by their ids, for the builder. */
export function secretValues(secrets: SecretsOfSteps): Record<string, string> {
  return Object.fromEntries(
    secrets.flatMap((variables, step) =>
      Object.entries(variables ?? {}).map(([name, value]) => [secretId(step, name), value]),
    ),
  );
}
