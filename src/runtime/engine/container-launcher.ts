/**
 * Starts runners for the scheduler: the piece between its port and the channel.
 *
 * It holds what all containers of an app have in common; one container is launched-runner.ts.
 */
import type { Bundle } from '../../protocol/bundle.ts';
import type { AppListener } from '../../protocol/control-plane.ts';
import type { Clock } from '../../shared/clock.ts';
import type { ContainerBackend } from '../containers/container-backend.ts';
import type { BorrowedNode } from '../images/borrowed-node.ts';
import type { Launcher } from '../scheduler/ports.ts';
import type { AppSecrets } from '../secrets/resolve-secrets.ts';
import { LaunchedRunner } from './launched-runner.ts';
import type { NestedCalls } from './nested-calls.ts';
import type { RunnerSources } from './runner-source.ts';

/** What a function's containers are made of. */
export interface FunctionParts {
  /** Reference of its image on the host. */
  image: string;
  /** The Node that its containers borrow; none where the image has its own. */
  node?: BorrowedNode;
  bundle: Bundle;
  /** Changes with everything that its containers are made of. */
  fingerprint: string;
  /** Of the version that serves: a kept function gets those of the next one. */
  secrets: AppSecrets;
}

export interface LauncherOptions {
  readonly app: string;
  readonly environment: string;
  readonly backend: ContainerBackend;
  readonly clock: Clock;
  /** The runners, as scripts/build.ts made them. */
  readonly runnerSources: RunnerSources;
  readonly listener: Pick<AppListener, 'onLog'>;
  /** Whether its containers are to outlive this process, where the backend can let them. */
  readonly survives: boolean;
  /** How long a container that outlived its engine waits for another, in ms. */
  readonly orphanMs: number;
  /** Serves the calls that code in containers makes. */
  nested(): NestedCalls;
}

/** The scheduler's launcher on a real backend. */
export function containerLauncher(options: LauncherOptions): Launcher {
  return {
    freezes: options.backend.capabilities.freeze,
    launch: (spec, events) => new LaunchedRunner(options, spec, events),
  };
}
