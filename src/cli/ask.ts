/**
 * Questions on a terminal. Whoever asks has seen that there is one; each question has a flag or an argument in its place.
 *
 * Invariants
 * - the question goes to stderr: stdout is the result's
 * - Ctrl-C at a question ends the command as everywhere
 */
import { InterruptedError, UserError } from '../shared/errors.ts';

/** Asks for something that is not shown while it is typed. */
export async function askHidden(question: string): Promise<string> {
  const { default: password } = await import('@inquirer/password');
  return answered(password({ message: question }, { output: process.stderr, clearPromptOnDone: false }));
}

/**
 * Asks whether to go on; where there is no terminal, that is an error that names the flag.
 *
 * @throws UserError CONFIRMATION_NEEDED
 */
export async function askToGoOn(question: string): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new UserError('CONFIRMATION_NEEDED', `nobody is here to answer: ${question}`, {
      suggestions: ['say yes beforehand: --yes'],
    });
  }
  const { default: confirm } = await import('@inquirer/confirm');
  return answered(confirm({ message: question, default: false }, { output: process.stderr }));
}

async function answered<T>(question: Promise<T>): Promise<T> {
  try {
    return await question;
  } catch (error) {
    if ((error as Error).name === 'ExitPromptError') throw new InterruptedError();
    throw error;
  }
}
