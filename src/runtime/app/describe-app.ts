/**
 * Describes a loaded app as a manifest: plain data with every default filled in.
 *
 * Pure. Names are already given and checked (check-names.ts).
 *
 * Invariants
 * - the manifest survives JSON unchanged
 * - same declaration, same manifest, key for key: deployments compare manifests
 */
import type { AppManifest, FunctionManifest, RetryManifest } from '../../protocol/manifest.ts';
import type { AppDeclaration, AppOptions, FunctionDeclaration } from '../../sdk/declaration.ts';
import type { FunctionOptions } from '../../sdk/function-options.ts';
import { Image } from '../../sdk/image.ts';
import { UserError } from '../../shared/errors.ts';
import { checkOptions } from './check-options.ts';
import { DescribedSecrets } from './describe-secrets.ts';
import { APP_OPTION_RULES, ENTRYPOINT_OPTION_RULES, FUNCTION_OPTION_RULES } from './option-rules.ts';
import { declarationPosition, displayPosition } from './source-position.ts';

/** Defaults of a function's options; the sources of the numbers are in sdk/function-options.ts. */
const DEFAULTS = { cpu: 0.125, memoryMiB: 128, timeoutMs: 300_000, scaledownWindowMs: 60_000 } as const;

/** A retry count means this policy: always 1 s apart. */
const RETRY_COUNT_POLICY = { initialDelayMs: 1000, maxDelayMs: 60_000, backoffCoefficient: 1 } as const;
/** What a policy that leaves fields out means. */
const RETRY_POLICY_DEFAULTS = { initialDelayMs: 1000, maxDelayMs: 60_000, backoffCoefficient: 2 } as const;

/** @throws UserError INVALID_OPTION or UNKNOWN_OPTION, naming the function and the option */
export function describeApp(app: AppDeclaration, secrets = new DescribedSecrets()): AppManifest {
  checkOptions(`app ${app.name}${placeOf(app.declaredAt)}`, app.options, APP_OPTION_RULES);
  for (const entrypoint of app.entrypoints) {
    const owner = `local entrypoint ${entrypoint.name}${placeOf(entrypoint.declaredAt)}`;
    checkOptions(owner, entrypoint.options, ENTRYPOINT_OPTION_RULES);
  }
  return { app: app.name, functions: app.functions.map((fn) => describeFunction(app.options, fn, secrets)) };
}

function describeFunction(
  defaults: AppOptions,
  declaration: FunctionDeclaration,
  secrets: DescribedSecrets,
): FunctionManifest {
  const { options } = declaration;
  const name = declaration.name as string;
  const owner = `function ${name}${placeOf(declaration.declaredAt)}`;
  checkOptions(owner, options, FUNCTION_OPTION_RULES);
  checkLimit(owner, 'cpuLimit', options.cpuLimit, 'cpu', options.cpu);
  checkLimit(owner, 'memoryLimitMiB', options.memoryLimitMiB, 'memoryMiB', options.memoryMiB);
  const timeoutMs = options.timeoutMs ?? DEFAULTS.timeoutMs;
  return {
    name,
    image: (options.image ?? defaults.image ?? Image.node()).recipe,
    cpu: options.cpu ?? Math.min(DEFAULTS.cpu, options.cpuLimit ?? DEFAULTS.cpu),
    ...(options.cpuLimit !== undefined && { cpuLimit: options.cpuLimit }),
    memoryMiB:
      options.memoryMiB ?? Math.min(DEFAULTS.memoryMiB, options.memoryLimitMiB ?? DEFAULTS.memoryMiB),
    ...(options.memoryLimitMiB !== undefined && { memoryLimitMiB: options.memoryLimitMiB }),
    env: { ...defaults.env, ...options.env },
    secrets: [...secrets.describe(defaults.secrets), ...secrets.describe(options.secrets)],
    timeoutMs,
    startupTimeoutMs: options.startupTimeoutMs ?? timeoutMs,
    retries: retryPolicy(options.retries),
    ...(options.maxContainers !== undefined && { maxContainers: options.maxContainers }),
    scaledownWindowMs: options.scaledownWindowMs ?? DEFAULTS.scaledownWindowMs,
  };
}

/** A limit below what is asked for would be a container that may never use what it was promised. */
function checkLimit(
  owner: string,
  limitOption: string,
  limit: number | undefined,
  option: string,
  value: number | undefined,
): void {
  if (limit === undefined || value === undefined || limit >= value) return;
  throw new UserError(
    'INVALID_OPTION',
    `${limitOption} of ${owner} is ${limit}; it must be at least its ${option}, which is ${value}`,
  );
}

function retryPolicy(retries: FunctionOptions['retries'] = 0): RetryManifest {
  if (typeof retries === 'number') return { maxRetries: retries, ...RETRY_COUNT_POLICY };
  return {
    maxRetries: retries.maxRetries,
    initialDelayMs: retries.initialDelayMs ?? RETRY_POLICY_DEFAULTS.initialDelayMs,
    maxDelayMs: retries.maxDelayMs ?? RETRY_POLICY_DEFAULTS.maxDelayMs,
    backoffCoefficient: retries.backoffCoefficient ?? RETRY_POLICY_DEFAULTS.backoffCoefficient,
  };
}

function placeOf(declaredAt: string): string {
  const position = declarationPosition(declaredAt);
  return position === undefined ? '' : ` (${displayPosition(position)})`;
}
