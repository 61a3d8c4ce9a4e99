/**
 * Finds the lab that `up` left running.
 *
 * The state file holds the record of that lab; tests use it instead of starting engines of their own.
 * It starts and stops nothing.
 *
 * Invariants
 * - a lab is given only if all its daemons run and every engine answers now
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pingEngine } from './engine-ping.ts';
import { stateFile } from './lab-folders.ts';
import { isRunWhole, type LabRun } from './lab-run.ts';

/** Notes the lab in this folder as the one that is up. */
export async function noteUp(runFolder: string): Promise<void> {
  await mkdir(path.dirname(stateFile()), { recursive: true });
  await writeFile(stateFile(), await readFile(path.join(runFolder, 'run.json'), 'utf8'));
}

/** The lab that `up` noted, whole or not. */
export async function readUp(): Promise<LabRun | undefined> {
  const text = await readFile(stateFile(), 'utf8').catch(() => undefined);
  return text ? (JSON.parse(text) as LabRun) : undefined;
}

/** The lab that `up` noted, if it can be used. */
export async function usableUp(): Promise<LabRun | undefined> {
  const run = await readUp();
  if (!run?.data || !isRunWhole(run)) return undefined;
  const answers = await Promise.all(run.data.engines.map((engine) => pingEngine(engine.dockerHost)));
  return answers.every(Boolean) ? run : undefined;
}

/** Forgets the lab. */
export async function forgetUp(): Promise<void> {
  await rm(stateFile(), { force: true });
}
