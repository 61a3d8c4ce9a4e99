/**
 * Tells lines of a stack that lie in dray's own files from those of the user.
 *
 * The SDK counts as ours only in the package that runs: a user's own copy of it is code of theirs that they can look at.
 */
const OWN_FOLDER = new URL('..', import.meta.url).href;

/** The framework that calls our commands. */
const FRAMEWORK = /[\\/]node_modules[\\/]@oclif[\\/]core[\\/]/;

/** Whether a line of a stack lies in dray, or in what runs its commands. */
export function ownFrame(line: string): boolean {
  return line.includes(OWN_FOLDER) || FRAMEWORK.test(line);
}
