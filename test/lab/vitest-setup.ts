/**
 * Gives vitest's Docker project its engines.
 *
 * Uses the lab that `up` left running, or opens one for this run and takes it down afterwards. Tests read
 * it with `inject('lab')` (lab-data.ts). It says on stderr which engines the tests run on.
 *
 * Invariants
 * - a lab that was up before the tests is up after them
 */
import type { TestProject } from 'vitest/node';
import { openLab } from './lab.ts';
import type { LabData } from './lab-data.ts';
import { usableUp } from './lab-state.ts';

/** Opens the lab; the returned function closes it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const up = await usableUp();
  if (up?.data) {
    announce(up.data);
    project.provide('lab', up.data);
    return async () => {};
  }
  const lab = await openPatiently();
  const data: LabData = { engines: lab.engines, leftOut: lab.leftOut };
  announce(data);
  project.provide('lab', data);
  return async () => lab[Symbol.asyncDispose]();
}

/** A download or an engine's start can fail once for no reason that stays. */
async function openPatiently() {
  try {
    return await openLab();
  } catch (error) {
    console.error(`lab: ${(error as Error).message}\nlab: trying once more`);
    return openLab();
  }
}

function announce({ engines, leftOut }: LabData): void {
  for (const { name, version, apiVersion, dockerHost } of engines) {
    console.error(`lab: tests run on ${name}: Docker ${version}, API ${apiVersion} (${dockerHost})`);
  }
  for (const { suite, reason } of leftOut) console.error(`lab: left out: ${suite} (${reason})`);
}
