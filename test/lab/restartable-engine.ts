/**
 * An engine of one test's own, that the test may stop and start as it likes.
 *
 * The other engines of the lab are shared and never stopped. Its images come from one of those. It has a record like
 * every lab, by which the next one removes it where this process is killed.
 *
 * Invariants
 * - disposing removes exactly what opening set up
 */
import path from 'node:path';
import { connectDocker } from '../../src/runtime/containers/docker/docker-client.ts';
import { pickRange, usedAddresses } from './address-range.ts';
import { endDaemon } from './daemon.ts';
import { installTools } from './debian-packages.ts';
import { type EngineOptions, runEngine, startEngine } from './engine.ts';
import { enginePrograms } from './engine-source.ts';
import { lockWith } from './file-lock.ts';
import { keepingRules } from './firewall-guard.ts';
import { lockFile } from './lab-folders.ts';
import { beginRun, removeRun, saveRun } from './lab-run.ts';
import { identify } from './process-identity.ts';

/** How long the daemon may take to end, in ms. */
const PATIENCE_MS = 30_000;

export interface RestartableEngine extends AsyncDisposable {
  readonly dockerHost: string;
  /** Stops the daemon in order, as `systemctl stop docker` does. Resolves when it is gone. */
  stop(): Promise<void>;
  /** Starts it again. Resolves when it answers. */
  start(): Promise<void>;
}

/** Starts one, with an image taken from the engine at `imageFrom`. */
export async function openRestartableEngine(
  liveRestore: boolean,
  image: { readonly reference: string; readonly from: string },
): Promise<RestartableEngine> {
  const log = (line: string) => console.error(`lab: ${line}`);
  const locked = () => lockWith(lockFile(), (pid) => log(`waiting for the lab of process ${pid}`));
  const owner = identify(process.pid);
  if (owner === undefined) throw new Error('the lab needs /proc');
  const lock = await locked();
  const run = await (async () => {
    await using _lock = lock;
    await installTools(log);
    const programs = await enginePrograms('newest', log);
    const begun = await beginRun(owner);
    const range = pickRange(await usedAddresses());
    const record: (typeof begun.engines)[number] = { name: 'newest', octet: range.octet, process: null };
    begun.engines.push(record);
    await saveRun(begun);
    const options: EngineOptions = {
      name: 'newest',
      folder: path.join(begun.folder, 'newest'),
      programs,
      range,
      mirrorUrl: undefined,
      buildxPlugin: undefined,
      liveRestore,
    };
    const started = await keepingRules(() => startEngine(options));
    record.process = started.process;
    await saveRun(begun);
    return { begun, record, options, dockerHost: started.engine.dockerHost };
  })();
  const dispose = async () => {
    await using _lock = await locked();
    await removeRun(run.begun);
  };
  try {
    await copyImage(image, run.dockerHost);
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    dockerHost: run.dockerHost,
    stop: async () => {
      if (run.record.process !== null) await endDaemon(run.record.process, PATIENCE_MS);
    },
    start: async () => {
      const { process } = await keepingRules(() => runEngine(run.options));
      run.record.process = process;
      await saveRun(run.begun);
    },
    [Symbol.asyncDispose]: dispose,
  };
}

async function copyImage(
  { reference, from }: { reference: string; from: string },
  to: string,
): Promise<void> {
  const [source, target] = await Promise.all(
    [from, to].map((host) => connectDocker({ host, source: 'DOCKER_HOST' })),
  );
  try {
    const archive = await source?.docker.getImage(reference).get();
    const loading = await target?.docker.loadImage(archive as NodeJS.ReadableStream);
    if (loading === undefined) throw new Error(`${reference} could not be loaded`);
    await new Promise((resolve, reject) => loading.resume().once('end', resolve).once('error', reject));
  } finally {
    source?.close();
    target?.close();
  }
}
