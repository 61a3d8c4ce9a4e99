/**
 * Keeps the written record of each running lab, and removes a lab by its record.
 *
 * The record is written before anything is started, so that a lab whose maker was killed can be removed by
 * the next one. It does not start anything.
 *
 * Invariants
 * - whatever runs or is configured on the machine for a lab can be found from its record
 * - a lab with a living owner, or one left up on purpose whose daemons live, is never reaped
 * - callers hold the lab's lock
 */
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { rangeOf } from './address-range.ts';
import { removeContainerRemains } from './container-remains.ts';
import { endDaemon, endMarked } from './daemon.ts';
import { cgroupOf } from './engine.ts';
import type { LabData } from './lab-data.ts';
import { runsFolder } from './lab-folders.ts';
import { type MachineNetwork, noteMachine, removeNetworkRemains, restoreMachine } from './network-remains.ts';
import { isAlive, type ProcessIdentity } from './process-identity.ts';
import { removeTree } from './remove-tree.ts';

/** What is known about a lab that was started. */
export type LabRun = {
  folder: string;
  /** The process that takes the lab down; null when `up` left it running. */
  owner: ProcessIdentity | null;
  engines: { name: 'newest' | 'oldest'; octet: number; process: ProcessIdentity | null }[];
  registry: ProcessIdentity | null;
  /** Where the lab's engines find base images, once it is served. */
  mirrorUrl: string | null;
  /** What tests see, once the lab is up. */
  data: LabData | null;
};

const ENGINE_PATIENCE_MS = 12_000;
const OTHERS_PATIENCE_MS = 3000;

/** Begins the record of a lab in a folder of its own. */
export async function beginRun(owner: ProcessIdentity): Promise<LabRun> {
  const runs = await listRuns();
  const numbers = new Set(runs.map((run) => path.basename(run.folder)));
  let number = 1;
  while (numbers.has(String(number))) number++;
  if (runs.length === 0 && !isEngineRunning()) await noteMachineOnce();
  const run: LabRun = {
    folder: path.join(runsFolder(), String(number)),
    owner,
    engines: [],
    registry: null,
    mirrorUrl: null,
    data: null,
  };
  await mkdir(run.folder, { recursive: true });
  await saveRun(run);
  return run;
}

/** Writes the record. */
export async function saveRun(run: LabRun): Promise<void> {
  const file = path.join(run.folder, 'run.json');
  await writeFile(`${file}.new`, JSON.stringify(run, null, 2));
  await rename(`${file}.new`, file);
}

/** Every lab on this machine that has a record. */
export async function listRuns(): Promise<LabRun[]> {
  const names = await readdir(runsFolder()).catch(() => []);
  const runs: LabRun[] = [];
  for (const name of names.filter((each) => /^\d+$/.test(each))) {
    const folder = path.join(runsFolder(), name);
    const text = await readFile(path.join(folder, 'run.json'), 'utf8').catch(() => undefined);
    // A folder without a record: its maker was killed before it started anything.
    if (text) runs.push(JSON.parse(text) as LabRun);
    else await removeTree(folder);
  }
  return runs;
}

/** Whether somebody still answers for this lab. */
export function isRunAlive({ owner, engines, registry }: LabRun): boolean {
  if (owner) return isAlive(owner);
  return [registry, ...engines.map((engine) => engine.process)].some(
    (noted) => noted !== null && isAlive(noted),
  );
}

/** Whether every daemon of this lab runs. */
export function isRunWhole({ engines, registry }: LabRun): boolean {
  return [registry, ...engines.map((engine) => engine.process)].every(
    (noted) => noted !== null && isAlive(noted),
  );
}

/** Removes labs that nobody answers for. */
export async function reapRuns(log: (line: string) => void): Promise<void> {
  for (const run of await listRuns()) {
    if (isRunAlive(run)) continue;
    log(`removing what is left of an earlier lab (${run.folder})`);
    await removeRun(run);
  }
}

/** Ends the lab's daemons and containers and removes everything it put on the machine. */
export async function removeRun(run: LabRun): Promise<void> {
  const others = (await listRuns()).filter((other) => other.folder !== run.folder);
  await endEngines(run);
  await endMarked(run.folder, OTHERS_PATIENCE_MS);
  const alone = others.length === 0 && !isEngineRunning();
  for (const [index, { name, octet }] of run.engines.entries()) {
    const last = alone && index === run.engines.length - 1;
    await removeContainerRemains(cgroupOf(path.join(run.folder, name)));
    await removeNetworkRemains(rangeOf(octet), last);
  }
  await removeTree(run.folder);
  if (alone) await restoreMachineOnce();
}

/** Containers are killed while their engine ends: it would give each of them time to end by itself. */
async function endEngines({ engines, folder }: LabRun): Promise<void> {
  const ended = Promise.all(engines.map(({ process }) => process && endDaemon(process, ENGINE_PATIENCE_MS)));
  const running = ended.then(() => false);
  do {
    for (const { name } of engines) await removeContainerRemains(cgroupOf(path.join(folder, name)));
  } while (await Promise.race([running, delay(200, true)]));
}

/** Whether some Docker engine runs on this machine, the lab's or not. */
function isEngineRunning(): boolean {
  return readdirSync('/proc').some((name) => {
    try {
      return readFileSync(`/proc/${name}/comm`, 'utf8') === 'dockerd\n';
    } catch {
      return false;
    }
  });
}

const machineFile = () => path.join(runsFolder(), 'machine.json');

async function noteMachineOnce(): Promise<void> {
  await mkdir(runsFolder(), { recursive: true });
  await writeFile(machineFile(), JSON.stringify(await noteMachine()));
}

async function restoreMachineOnce(): Promise<void> {
  const text = await readFile(machineFile(), 'utf8').catch(() => undefined);
  if (text) await restoreMachine(JSON.parse(text) as MachineNetwork);
  await rm(machineFile(), { force: true });
}
