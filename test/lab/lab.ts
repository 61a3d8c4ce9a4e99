/**
 * Opens the lab: the Docker engines that the tests of this run talk to.
 *
 * An engine that already answers is used as it is; engines of the lab's own are set up where the machine
 * allows it; what cannot be had is reported with its reason. The steps are below, the work is in the
 * files beside this one.
 *
 * Invariants
 * - with `CI=true` nothing is left out silently: it is an error
 * - closing removes exactly what opening set up
 * - one lab at a time is opened or closed on a machine; any number may be open
 */
import path from 'node:path';
import { pickRange, usedAddresses } from './address-range.ts';
import { baseImages } from './base-images.ts';
import { installTools } from './debian-packages.ts';
import { type EngineOptions, startEngine } from './engine.ts';
import { enginePrograms, registryProgram } from './engine-source.ts';
import { lockWith } from './file-lock.ts';
import { keepingRules } from './firewall-guard.ts';
import { findEngine } from './found-engine.ts';
import type { LabData, LabEngine } from './lab-data.ts';
import { lockFile } from './lab-folders.ts';
import { labObstacle } from './lab-place.ts';
import { beginRun, type LabRun, reapRuns, removeRun, saveRun } from './lab-run.ts';
import { addMuslImages } from './musl-images.ts';
import { identify } from './process-identity.ts';
import { addPythonImage } from './python-image.ts';
import { startRegistry } from './registry-mirror.ts';

/** An open lab. */
export type Lab = LabData &
  AsyncDisposable & {
    /** Lets the engines run on after this process; the folder names the lab. Undefined where it started none. */
    leaveUp(): Promise<string | undefined>;
  };

/** How to open a lab. */
export type LabOptions = {
  /** Engines to set up; `found` engines are used in any case. Default: both, or as in `DRAY_LAB_ENGINES`. */
  wanted?: ('newest' | 'oldest')[];
  log?: (line: string) => void;
};

type Log = (line: string) => void;

/** Finds or starts the engines. */
export async function openLab(options: LabOptions = {}): Promise<Lab> {
  const log = options.log ?? ((line: string) => console.error(`lab: ${line}`));
  const wanted = options.wanted ?? wantedEngines(process.env.DRAY_LAB_ENGINES);
  const found = await findEngine();
  const toStart = wanted.filter((name) => !(name === 'newest' && found));
  const obstacle = toStart.length > 0 ? await labObstacle() : undefined;
  const leftOut = obstacle
    ? toStart.map((name) => ({ suite: `Docker tests on the ${name} engine`, reason: obstacle }))
    : [];
  if (leftOut.length > 0 && process.env.CI === 'true') {
    throw new Error(`CI=true and not every engine can be had: ${leftOut.map(describeLeftOut).join('; ')}`);
  }
  const run = obstacle || toStart.length === 0 ? undefined : await startRun(toStart, log);
  const engines = [...(found ? [found] : []), ...(run?.data?.engines ?? [])];
  return {
    engines,
    leftOut,
    leaveUp: async () => {
      if (!run) return undefined;
      await saveRun({ ...run, owner: null, data: { engines, leftOut } });
      return run.folder;
    },
    [Symbol.asyncDispose]: async () => {
      if (run) await closeRun(run, log);
    },
  };
}

/** Reads `newest,oldest`; naming fewer engines than both is how a CI job says that it wants fewer. */
export function wantedEngines(list: string | undefined): ('newest' | 'oldest')[] {
  if (list === undefined) return ['newest', 'oldest'];
  const names = list.split(',').filter((name) => name !== '');
  return names.map((name) => {
    if (name === 'newest' || name === 'oldest') return name;
    throw new Error(`DRAY_LAB_ENGINES names "${name}"; it may name newest and oldest`);
  });
}

/** Takes a lab down, whoever started it. */
export async function closeRun(run: LabRun, log: Log): Promise<void> {
  await using _lock = await lock(log);
  await removeRun(run);
}

/** Adds the images that are not part of the base set to the mirror of a lab that is up. */
export async function addImages(run: LabRun, log: Log): Promise<void> {
  if (!run.mirrorUrl) return;
  await using _lock = await lock(log);
  await addToMirror(run.mirrorUrl, log);
}

async function addToMirror(mirrorUrl: string, log: Log): Promise<void> {
  await addPythonImage(mirrorUrl, log);
  await addMuslImages(mirrorUrl, log);
}

async function startRun(names: ('newest' | 'oldest')[], log: Log): Promise<LabRun> {
  await using _lock = await lock(log);
  await reapRuns(log);
  await installTools(log);
  const registry = await registryProgram(log);
  const programs = new Map<string, Awaited<ReturnType<typeof enginePrograms>>>();
  for (const name of names) programs.set(name, await enginePrograms(name, log));
  const storage = await baseImages(registry, log);
  const owner = identify(process.pid);
  if (!owner) throw new Error('the lab needs /proc');
  const run = await beginRun(owner);
  try {
    const mirror = await startRegistry({
      program: registry,
      storage,
      folder: path.join(run.folder, 'mirror'),
    });
    run.registry = mirror.process;
    run.mirrorUrl = mirror.url;
    await saveRun(run);
    await addToMirror(mirror.url, log);
    const engines: LabEngine[] = [];
    // One after the other: an engine rewrites, as it starts, the firewall chains that all engines share.
    for (const name of [...names].sort(oldestFirst)) {
      const range = pickRange(await usedAddresses());
      const record: LabRun['engines'][number] = { name, octet: range.octet, process: null };
      run.engines.push(record);
      await saveRun(run);
      const options: EngineOptions = {
        name,
        folder: path.join(run.folder, name),
        programs: programs.get(name) as NonNullable<ReturnType<typeof programs.get>>,
        range,
        mirrorUrl: mirror.url,
        buildxPlugin: buildxOf(programs.get('newest')?.folder),
      };
      const started = await keepingRules(() => startEngine(options));
      record.process = started.process;
      engines.unshift(started.engine);
      await saveRun(run);
    }
    run.data = { engines, leftOut: [] };
    await saveRun(run);
    return run;
  } catch (error) {
    await removeRun(run);
    throw error;
  }
}

function buildxOf(newestFolder: string | undefined): string | undefined {
  return newestFolder && path.join(newestFolder, 'usr/libexec/docker/cli-plugins/docker-buildx');
}

function oldestFirst(left: string, right: string): number {
  return right.localeCompare(left);
}

function describeLeftOut({ suite, reason }: LabData['leftOut'][number]): string {
  return `${suite} (${reason})`;
}

function lock(log: Log): Promise<AsyncDisposable> {
  return lockWith(lockFile(), (pid) => log(`waiting for the lab that process ${pid} opens or closes`));
}
