/**
 * Options of a function, with units in their names. All are optional.
 *
 * `cpu` and `memoryMiB` are requests: they decide how many containers fit and never kill.
 * `cpuLimit` and `memoryLimitMiB` are hard limits; without one there is none.
 */
import type { Image } from './image.ts';
import type { Schedule } from './schedule.ts';
import type { Secret } from './secret.ts';
import type { StandardSchema } from './standard-schema.ts';

/** When and how often a failed attempt is tried again. */
export interface RetryOptions {
  /** Attempts after the first, 0 to 10. */
  maxRetries: number;
  /** Delay before the first retry, 0 to 60 000 ms. Default 1 000. */
  initialDelayMs?: number;
  /** Ceiling of the delay, 1 to 60 000 ms. Default 60 000. */
  maxDelayMs?: number;
  /** Each delay is the one before times this, 1 to 10. Default 2. */
  backoffCoefficient?: number;
}

/** Several calls in one container at a time, on one event loop. */
export interface ConcurrencyOptions {
  /** Calls that one container runs at a time at most, 1 to 1 000. */
  maxInputs: number;
  /** Calls per container that scaling aims for, 1 to `maxInputs`. Default `maxInputs`. */
  targetInputs?: number;
}

/** Calls joined into one run of the function, which takes and returns lists. */
export interface BatchingOptions {
  /** Calls in one batch at most, 1 to 1 000. */
  maxBatchSize: number;
  /** How long the first call of a batch waits for others, in ms, 0 to 600 000. */
  waitMs: number;
}

/** How many containers a function has. Can be changed while it runs. */
export interface AutoscalerOptions {
  /** Containers kept even without calls. Default 0. */
  minContainers?: number;
  /** Containers at most at a time. Default: as many as the host has room for. */
  maxContainers?: number;
  /** Idle containers kept ready beyond the busy ones, while there are calls. Default 0. */
  bufferContainers?: number;
  /** How long an idle container is kept, in ms, 2 000 to 1 200 000. Default 60 000. */
  scaledownWindowMs?: number;
}

/** What a handle's `withOptions` can change; such calls have containers of their own. */
export interface OptionOverrides extends AutoscalerOptions {
  cpu?: number;
  cpuLimit?: number;
  memoryMiB?: number;
  memoryLimitMiB?: number;
  env?: Record<string, string>;
  timeoutMs?: number;
  startupTimeoutMs?: number;
  retries?: number | RetryOptions;
  concurrent?: ConcurrencyOptions;
  batched?: BatchingOptions;
}

export interface FunctionOptions extends AutoscalerOptions {
  /** Name of the function. Default: the name of its export, else the function's own name. */
  name?: string;
  /** What its containers hold. Default: the app's image, else `Image.node("24")`. */
  image?: Image;
  /** CPU cores asked for. Default 0.125. A share under load, not a cap. */
  cpu?: number;
  /** CPU cores it may use at most. Default: no limit. */
  cpuLimit?: number;
  /** Memory asked for, in MiB. Default 128. Never kills. */
  memoryMiB?: number;
  /** Memory it may use at most, in MiB; beyond it the container is killed. Default: no limit. */
  memoryLimitMiB?: number;
  /** Environment variables in its containers; they win over the app's and the image's. */
  env?: Record<string, string>;
  /** Sets of variables that are kept secret, after the app's; later ones win over earlier, and `env` over all. */
  secrets?: readonly Secret[];
  /** How long one attempt may run, in ms, 1 to 86 400 000. Default 300 000. */
  timeoutMs?: number;
  /** How long a container may take until it can serve, in ms. Default: `timeoutMs`. */
  startupTimeoutMs?: number;
  /** Retries of failed and timed-out attempts: a count (1 s apart) or a policy. Default 0. */
  retries?: number | RetryOptions;
  /** What becomes of a container that was idle for `scaledownWindowMs`. Default `stop`. */
  whenIdle?: 'stop' | 'freeze';
  /** Calls that one container runs at a time. Default: one. */
  concurrent?: ConcurrencyOptions;
  /** Joins calls into lists. */
  batched?: BatchingOptions;
  /** Each container serves one call and ends. Default `false`. */
  singleUseContainers?: boolean;
  /** When a server calls the function by itself, once its app is deployed. It then needs no arguments. Default: never. */
  schedule?: Schedule;
  /** Describes the arguments for the command line. Default: read from the TypeScript types. */
  input?: StandardSchema;
}
