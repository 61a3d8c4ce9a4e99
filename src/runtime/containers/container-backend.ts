/**
 * Port: where containers run. Each implementation is a folder beside this file.
 *
 * A backend starts and ends containers and carries bytes. It knows nothing of calls, messages or scaling.
 *
 * Invariants (test/contract/container-backend.contract.ts holds every backend to them)
 * - the program of a container finds its channel on fd 3 (to read) and fd 4 (to write), and nothing that it
 *   or its children print on fds 1 and 2 ever shows up on the channel
 * - `exited` settles exactly once, after every byte that was written before the end was delivered
 * - after `close`, no process of what the backend started runs, and the host removes the rest without being asked
 * - where the process that opened the backend dies, its containers end by themselves, or `reapLeftovers`
 *   of the next one ends them; but those that a server's backend started with `survival` run on, for the next
 *   backend of that server alone
 */
import type { ExecListener, ExecRequest, RunningExec } from '../../protocol/exec.ts';
import type { ToolError } from '../../shared/errors.ts';
import type { ContainerSpec, Survival } from './container-spec.ts';

export interface ContainerBackend extends AsyncDisposable {
  readonly name: 'docker' | 'process' | 'fake';
  readonly capabilities: BackendCapabilities;
  /** What the machine behind it has, for admission. */
  capacity(): Promise<HostCapacity>;
  /**
   * Starts a container ahead, which the next `start` of an equal spec gets; it says nothing, whatever comes of it. Absent
   * where starting takes no time.
   */
  expect?(spec: ContainerSpec): void;
  /** Starts a container. Rejects with an EnvironmentError where the host refuses. */
  start(spec: ContainerSpec, listener: ContainerListener): Promise<StartedContainer>;
  /** Ends containers whose owner died, and that no server wants back. Returns how many. */
  reapLeftovers(): Promise<number>;
  /** Containers that an earlier process of this server left running. None without the capability. */
  adoptable(): Promise<readonly AdoptableContainer[]>;
  /** Takes one back; a frozen one goes on. Rejects with an EnvironmentError, also where it ended meanwhile. */
  adopt(found: AdoptableContainer, listener: ContainerListener): Promise<StartedContainer>;
  /** Ends one that nobody wants back. */
  discard(found: AdoptableContainer): Promise<void>;
  /** Lets go of those that may outlive this process, and ends the others. */
  leave(): Promise<void>;
  /** Ends every container that it started, those that nobody asked for included. */
  close(): Promise<void>;
}

/** What a backend can do; ask this, never its name. */
export interface BackendCapabilities {
  /** Runs the image that a function names. */
  readonly images: boolean;
  /** Enforces `cpuLimit` and `memoryLimitMiB`. */
  readonly limits: boolean;
  /** Can halt a container and let it go on. */
  readonly freeze: boolean;
  /** Its containers can outlive this process, and be taken back. */
  readonly adopt: boolean;
}

/** A container that runs and could be taken back. */
export interface AdoptableContainer extends Survival {
  /** The backend's own id of it. */
  readonly id: string;
  readonly app: string;
  readonly environment: string;
  readonly functionName: string;
}

export interface HostCapacity {
  readonly cpus: number;
  readonly memoryMiB: number;
}

/** Told what a container does. Called in the order things happened. */
export interface ContainerListener {
  /** Bytes that the program wrote to its channel. */
  onChannel(bytes: Buffer): void;
  /** Bytes printed past the runner: by native code, by child processes, or before the runner was up. */
  onOutput(source: 'stdout' | 'stderr', bytes: Buffer): void;
}

export interface StartedContainer {
  /** The backend's own id of it. */
  readonly id: string;
  /** How it ended. Never rejects. */
  readonly exited: Promise<ContainerExit>;
  /** Writes to its channel. Returns false when the caller should wait for `drained` before the next write. */
  write(bytes: Uint8Array): boolean;
  /** Resolves when buffered writes are gone, or the container is. */
  drained(): Promise<void>;
  /** Closes the channel towards the program, which then ends by itself. */
  end(): void;
  /** Ends it at once, frozen or not. Resolves when it is gone. */
  kill(): Promise<void>;
  /** Halts every process in it, where they are. Resolves when they stand still. Rejects with an EnvironmentError. */
  freeze(): Promise<void>;
  /** Lets them go on. Bytes written meanwhile are read then. Rejects with an EnvironmentError. */
  thaw(): Promise<void>;
  /** How it stands now. Rejects with an EnvironmentError where the host cannot be asked. */
  probe(): Promise<ContainerState>;
  /** Runs a command beside its program. Rejects with an EnvironmentError where that cannot be done. */
  exec(request: ExecRequest, listener: ExecListener): Promise<RunningExec>;
}

/** `frozen` by us or by somebody else; `gone` where nothing is left that could run. */
export type ContainerState = 'running' | 'frozen' | 'gone';

export interface ContainerExit {
  /** Exit code; 128 + n for signal n. */
  readonly code: number;
  /** Killed by the kernel for exceeding its memory limit. */
  readonly outOfMemory: boolean;
  /** Nobody saw how it ended: the connection to its host broke. `code` says nothing then. */
  readonly unseen?: true;
  /** Where its end is no doing of its program: the image lacks it, or the host cannot be asked any more. */
  readonly error?: ToolError;
}
