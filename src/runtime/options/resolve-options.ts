/**
 * Fills in the defaults of a function's options, and applies what a handle's `withOptions` changed.
 *
 * Pure. What each value may be is option-rules.ts; this also checks values against each other.
 *
 * Invariants
 * - a limit is never below what is asked for, a minimum never above its maximum
 * - same options, same answer, key for key: pools and deployments compare them
 */
import type { FunctionManifest, RetryManifest } from '../../protocol/manifest.ts';
import type { OptionOverrides } from '../../sdk/function-options.ts';
import { UserError } from '../../shared/errors.ts';
import { checkOptions } from './check-options.ts';
import { OVERRIDE_RULES } from './option-rules.ts';

/** Defaults of a function's options; the sources of the numbers are in sdk/function-options.ts. */
const DEFAULTS = { cpu: 0.125, memoryMiB: 128, timeoutMs: 300_000, scaledownWindowMs: 60_000 } as const;

/** A retry count means this policy: always 1 s apart. */
const RETRY_COUNT_POLICY = { initialDelayMs: 1000, maxDelayMs: 60_000, backoffCoefficient: 1 } as const;
/** What a policy that leaves fields out means. */
const RETRY_POLICY_DEFAULTS = { initialDelayMs: 1000, maxDelayMs: 60_000, backoffCoefficient: 2 } as const;

/** The part of a manifest that {@link OptionOverrides} decide; `env` is merged by who knows the layers below. */
export type ResolvedOptions = Pick<
  FunctionManifest,
  | 'cpu'
  | 'cpuLimit'
  | 'memoryMiB'
  | 'memoryLimitMiB'
  | 'timeoutMs'
  | 'startupTimeoutMs'
  | 'retries'
  | 'minContainers'
  | 'maxContainers'
  | 'bufferContainers'
  | 'scaledownWindowMs'
  | 'concurrent'
  | 'batched'
>;

/**
 * Options with every default filled in. `owner` is who has them, in words.
 *
 * @throws UserError INVALID_OPTION where two options contradict each other
 */
export function resolveOptions(owner: string, options: Omit<OptionOverrides, 'env'>): ResolvedOptions {
  checkOrder(owner, 'cpuLimit', options.cpuLimit, 'cpu', options.cpu);
  checkOrder(owner, 'memoryLimitMiB', options.memoryLimitMiB, 'memoryMiB', options.memoryMiB);
  checkOrder(owner, 'maxContainers', options.maxContainers, 'minContainers', options.minContainers);
  const { concurrent, batched } = options;
  checkOrder(owner, 'concurrent.maxInputs', concurrent?.maxInputs, 'targetInputs', concurrent?.targetInputs);
  const timeoutMs = options.timeoutMs ?? DEFAULTS.timeoutMs;
  const maxInputs = concurrent?.maxInputs ?? 1;
  return {
    cpu: options.cpu ?? Math.min(DEFAULTS.cpu, options.cpuLimit ?? DEFAULTS.cpu),
    ...(options.cpuLimit !== undefined && { cpuLimit: options.cpuLimit }),
    memoryMiB:
      options.memoryMiB ?? Math.min(DEFAULTS.memoryMiB, options.memoryLimitMiB ?? DEFAULTS.memoryMiB),
    ...(options.memoryLimitMiB !== undefined && { memoryLimitMiB: options.memoryLimitMiB }),
    timeoutMs,
    startupTimeoutMs: options.startupTimeoutMs ?? timeoutMs,
    retries: retryPolicy(options.retries),
    minContainers: options.minContainers ?? 0,
    ...(options.maxContainers !== undefined && { maxContainers: options.maxContainers }),
    bufferContainers: options.bufferContainers ?? 0,
    scaledownWindowMs: options.scaledownWindowMs ?? DEFAULTS.scaledownWindowMs,
    concurrent: { maxInputs, targetInputs: concurrent?.targetInputs ?? maxInputs },
    ...(batched !== undefined && {
      batched: { maxBatchSize: batched.maxBatchSize, waitMs: batched.waitMs },
    }),
  };
}

/**
 * The manifest of a function as `withOptions` changed it: what the overrides leave out stays.
 *
 * @throws UserError INVALID_OPTION or UNKNOWN_OPTION
 */
export function overrideOptions(fn: FunctionManifest, overrides: OptionOverrides): FunctionManifest {
  const owner = `withOptions of ${fn.name}`;
  checkOptions(owner, overrides, OVERRIDE_RULES);
  const { env, ...changed } = overrides;
  const { startupTimeoutMs, ...present } = fn;
  const kept = { ...present, ...(startupTimeoutMs !== fn.timeoutMs && { startupTimeoutMs }) };
  return { ...fn, ...resolveOptions(owner, { ...kept, ...changed }), env: { ...fn.env, ...env } };
}

/** A maximum below its minimum would promise what may never happen. */
function checkOrder(
  owner: string,
  upperOption: string,
  upper: number | undefined,
  lowerOption: string,
  lower: number | undefined,
): void {
  if (upper === undefined || lower === undefined || upper >= lower) return;
  throw new UserError(
    'INVALID_OPTION',
    `${upperOption} of ${owner} is ${upper}; it must be at least its ${lowerOption}, which is ${lower}`,
  );
}

function retryPolicy(retries: OptionOverrides['retries'] = 0): RetryManifest {
  if (typeof retries === 'number') return { maxRetries: retries, ...RETRY_COUNT_POLICY };
  return {
    maxRetries: retries.maxRetries,
    initialDelayMs: retries.initialDelayMs ?? RETRY_POLICY_DEFAULTS.initialDelayMs,
    maxDelayMs: retries.maxDelayMs ?? RETRY_POLICY_DEFAULTS.maxDelayMs,
    backoffCoefficient: retries.backoffCoefficient ?? RETRY_POLICY_DEFAULTS.backoffCoefficient,
  };
}
