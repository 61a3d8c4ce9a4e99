/**
 * The manifest: a loaded app as plain data, with every default filled in.
 *
 * It is what the engine works from and what a deployment records. It holds no code and survives JSON.
 */
import type { ImageRecipe } from '../sdk/recipe.ts';
import type { Schedule } from '../sdk/schedule.ts';

/** A secret by what leads to its values; the values themselves are never part of a manifest. */
export type SecretReference =
  /** Stored, in the environment that the app runs in. */
  | { readonly kind: 'name'; readonly name: string; readonly requiredKeys: readonly string[] }
  /** Brought along by the app: see AppRequest.localSecrets. */
  | { readonly kind: 'local'; readonly id: string };

/** A retry policy with every default filled in. */
export interface RetryManifest {
  readonly maxRetries: number;
  readonly initialDelayMs: number;
  readonly maxDelayMs: number;
  readonly backoffCoefficient: number;
}

/** What a class offers; absent for a plain function. */
export interface ClassManifest {
  /** Its public methods, in the order of the source. */
  readonly methods: readonly { readonly name: string; readonly generator: boolean }[];
  /** It has an `[exit]` hook, for which its containers are stopped in order instead of killed. */
  readonly hasExit: boolean;
}

/** A function, or a class: what shares containers. */
export interface FunctionManifest {
  readonly name: string;
  readonly class?: ClassManifest;
  /** It yields values instead of returning one. */
  readonly generator: boolean;
  /** What runs it in its containers. */
  readonly runtime: 'node' | 'python';
  readonly image: ImageRecipe;
  /** Cores asked for; see FunctionOptions.cpu. */
  readonly cpu: number;
  readonly cpuLimit?: number;
  readonly memoryMiB: number;
  readonly memoryLimitMiB?: number;
  /** The app's and the function's variables, merged. */
  readonly env: Readonly<Record<string, string>>;
  /** The app's and the function's, in the order in which later ones win; `env` wins over all. */
  readonly secrets: readonly SecretReference[];
  readonly timeoutMs: number;
  readonly startupTimeoutMs: number;
  readonly retries: RetryManifest;
  readonly minContainers: number;
  readonly maxContainers?: number;
  readonly bufferContainers: number;
  readonly scaledownWindowMs: number;
  readonly whenIdle: 'stop' | 'freeze';
  readonly singleUseContainers: boolean;
  /** Calls that one container runs at a time; 1 and 1 without the option. */
  readonly concurrent: { readonly maxInputs: number; readonly targetInputs: number };
  readonly batched?: { readonly maxBatchSize: number; readonly waitMs: number };
  /** When a server calls it by itself; its containers do not depend on it. */
  readonly schedule?: Schedule;
}

export interface AppManifest {
  readonly app: string;
  readonly functions: readonly FunctionManifest[];
  /** Deployed for its calls alone: stopped once none of them is left. */
  readonly ephemeral?: true;
}
