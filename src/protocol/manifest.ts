/**
 * The manifest: a loaded app as plain data, with every default filled in.
 *
 * It is what the engine works from and what a deployment records. It holds no code and survives JSON.
 */
import type { ImageRecipe } from '../sdk/recipe.ts';

/** A retry policy with every default filled in. */
export interface RetryManifest {
  readonly maxRetries: number;
  readonly initialDelayMs: number;
  readonly maxDelayMs: number;
  readonly backoffCoefficient: number;
}

export interface FunctionManifest {
  readonly name: string;
  readonly image: ImageRecipe;
  /** Cores asked for; see FunctionOptions.cpu. */
  readonly cpu: number;
  readonly cpuLimit?: number;
  readonly memoryMiB: number;
  readonly memoryLimitMiB?: number;
  /** The app's and the function's variables, merged. */
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly startupTimeoutMs: number;
  readonly retries: RetryManifest;
  readonly maxContainers?: number;
  readonly scaledownWindowMs: number;
}

export interface AppManifest {
  readonly app: string;
  readonly functions: readonly FunctionManifest[];
}
