/**
 * Runs each container as a child process of this one: no image, no limits, no isolation, no Docker.
 *
 * The program sees a clean environment and an empty working directory of its own, and finds its channel where every
 * backend puts it. What the spec says of images and limits is left aside; `capabilities` says so.
 *
 * Invariants
 * - every process is recorded on disk before anybody hears of it
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism, totalmem } from 'node:os';
import { BugError, EnvironmentError } from '../../../shared/errors.ts';
import type {
  AdoptableContainer,
  ContainerBackend,
  ContainerListener,
  HostCapacity,
} from '../container-backend.ts';
import type { ContainerSpec } from '../container-spec.ts';
import { thisOwner } from '../owner.ts';
import { ProcessContainer } from './process-container.ts';
import { processEnv } from './process-env.ts';
import { makeRecord, reapRecords } from './process-records.ts';

const MIB = 1_048_576;

export class ProcessBackend implements ContainerBackend {
  readonly name = 'process';
  // Windows has no signal that halts a process.
  readonly capabilities = {
    images: false,
    limits: false,
    freeze: process.platform !== 'win32',
    adopt: false,
  };
  readonly #owner = thisOwner();
  readonly #containers = new Set<ProcessContainer>();
  readonly #starting = new Set<Promise<unknown>>();
  #closed: Promise<void> | undefined;

  async capacity(): Promise<HostCapacity> {
    // In a container of our own, what it may use counts; 0 or a huge number means that nothing confines us.
    const memory = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
    return { cpus: availableParallelism(), memoryMiB: Math.floor(memory / MIB) };
  }

  start(spec: ContainerSpec, listener: ContainerListener): Promise<ProcessContainer> {
    if (this.#closed !== undefined) return Promise.reject(new BugError('the process backend is closed'));
    const started = this.#start(spec, listener);
    this.#starting.add(started);
    const settled = () => this.#starting.delete(started);
    started.then(settled, settled);
    return started;
  }

  reapLeftovers(): Promise<number> {
    return reapRecords();
  }

  /** A child ends when the channel to its parent does. */
  async adoptable(): Promise<readonly AdoptableContainer[]> {
    return [];
  }

  adopt({ id }: AdoptableContainer): Promise<ProcessContainer> {
    return Promise.reject(new BugError(`the process ${id} cannot be taken back`));
  }

  async discard(): Promise<void> {}

  leave(): Promise<void> {
    return this.close();
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #start(spec: ContainerSpec, listener: ContainerListener): Promise<ProcessContainer> {
    const [program = '', ...args] = spec.command;
    const record = await makeRecord(this.#owner);
    const place = {
      cwd: record.workFolder,
      env: processEnv({ ...process.env, ...temporary(record.tempFolder) }, spec.env),
    };
    const child = spawn(program === 'node' ? process.execPath : program, args, {
      ...place,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
      // A group of its own: its children can be ended with it, and Ctrl-C in the terminal is for us to decide on.
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    if (child.pid === undefined) {
      const [error] = (await once(child, 'error')) as [NodeJS.ErrnoException];
      await record.remove();
      throw startFailed(program, error);
    }
    const container = new ProcessContainer(child, child.pid, place, listener, () => record.remove());
    record.note(child.pid);
    this.#containers.add(container);
    void container.exited.then(() => this.#containers.delete(container));
    return container;
  }

  async #close(): Promise<void> {
    await Promise.allSettled(this.#starting);
    await Promise.all([...this.#containers].map((container) => container.kill()));
  }
}

/** Where programs look for the folder of temporary files, on all systems. */
function temporary(folder: string): Record<string, string> {
  return { TMPDIR: folder, TMP: folder, TEMP: folder };
}

function startFailed(program: string, cause: NodeJS.ErrnoException): EnvironmentError {
  return new EnvironmentError(
    'PROCESS_START_FAILED',
    `cannot run ${program} on this machine: ${cause.message}`,
    {
      suggestions:
        cause.code === 'ENOENT'
          ? [`install ${program}, or run the function in an image: --backend docker`]
          : ['see the limits of this user: ulimit -a'],
      cause,
    },
  );
}
