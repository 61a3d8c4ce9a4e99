/**
 * Decides which programs make up the newest and the oldest engine, and gets them.
 *
 * `newest` is the docker.io of Debian's moving suite, or of the suite before it where that one cannot be
 * had; `oldest` is the docker.io of Debian 12. Both run on Debian 12's runc, whose C library is old enough
 * everywhere. It unpacks programs and starts none.
 *
 * Invariants
 * - nothing is installed: the machine's own Docker packages and services stay as they are
 * - a folder in the cache is a complete engine whose dockerd ran once
 */
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { systemPath, unpackPackages } from './debian-packages.ts';
import { enginesFolder } from './lab-folders.ts';
import { madeOnce } from './made-once.ts';

/** The programs of one engine, unpacked. */
export type EnginePrograms = {
  folder: string;
  /** Environment that makes these programs, and no others, find each other. */
  env: { PATH: string; LD_LIBRARY_PATH: string };
};

const OLDEST_SUITE = 'bookworm';
/** runc, the init for containers, and libraries that a small machine may lack: always Debian 12's. */
const SHARED = ['runc', 'tini', 'libseccomp2', 'libdevmapper1.02.1'].map((name) => `${name}/${OLDEST_SUITE}`);

const PACKAGES: Record<'newest' | 'oldest', string[][]> = {
  newest: ['sid', 'trixie'].map((suite) => [
    ...['docker.io', 'docker-cli', 'docker-buildx', 'containerd'].map((name) => `${name}/${suite}`),
    ...SHARED,
  ]),
  oldest: [[...['docker.io', 'containerd'].map((name) => `${name}/${OLDEST_SUITE}`), ...SHARED]],
};

/** Gets the engine's programs, from the cache where they are there. */
export async function enginePrograms(
  name: 'newest' | 'oldest',
  log: (line: string) => void,
): Promise<EnginePrograms> {
  const folder = await madeOnce(path.join(enginesFolder(), name), async (temporary) => {
    log(`fetching the ${name} Docker engine`);
    await unpackFirstThatRuns(PACKAGES[name], temporary, log);
  });
  return { folder, env: await engineEnvironment(folder) };
}

/** The registry that serves as mirror: Debian 12's docker-registry. */
export async function registryProgram(log: (line: string) => void): Promise<string> {
  const folder = await madeOnce(path.join(enginesFolder(), 'registry'), async (temporary) => {
    log('fetching the registry');
    await unpackPackages(temporary, [`docker-registry/${OLDEST_SUITE}`]);
  });
  return path.join(folder, 'usr/bin/docker-registry');
}

async function unpackFirstThatRuns(choices: string[][], folder: string, log: (line: string) => void) {
  const failures: unknown[] = [];
  for (const packages of choices) {
    try {
      await unpackPackages(folder, packages);
      const { stdout } = await execa('dockerd', ['--version'], { env: await engineEnvironment(folder) });
      log(`got ${stdout}`);
      return;
    } catch (error) {
      failures.push(error);
      log(`${packages[0]} cannot be used here: ${(error as Error).message.split('\n')[0]}`);
      for (const name of await readdir(folder)) await rm(path.join(folder, name), { recursive: true });
    }
  }
  throw new AggregateError(failures, 'no Debian suite gave an engine that runs here');
}

async function engineEnvironment(folder: string): Promise<EnginePrograms['env']> {
  const programs = ['usr/sbin', 'usr/bin', 'sbin', 'bin'].map((name) => path.join(folder, name));
  const libraries: string[] = [];
  for (const root of ['usr/lib', 'lib'].map((name) => path.join(folder, name))) {
    const names = await readdir(root).catch(() => []);
    libraries.push(
      ...names.filter((name) => name.endsWith('-linux-gnu')).map((name) => path.join(root, name)),
    );
  }
  return { PATH: [...programs, systemPath()].join(':'), LD_LIBRARY_PATH: libraries.join(':') };
}
