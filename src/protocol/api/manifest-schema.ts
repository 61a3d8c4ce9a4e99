/**
 * Checks manifests that come from a client: src/protocol/manifest.ts as a schema.
 *
 * Invariants
 * - a field of the manifest that is not listed here does not reach the engine: who adds one there adds it here (the types
 *   are compared both ways)
 */
import { z } from 'zod';
import type { AppManifest } from '../manifest.ts';
import { name } from './field-schemas.ts';
import { recipeSchema } from './recipe-schema.ts';

const text = z.string().max(100_000);
const count = z.int().min(0);
const amount = z.number().min(0);

const secret = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('name'), name, requiredKeys: z.array(text) }),
  z.object({ kind: z.literal('local'), id: text }),
]);

const policies = { overlap: z.enum(['skip', 'allow']), missed: z.enum(['run-once', 'skip']) };
const span = amount.max(4_000_000_000).exactOptional();

/** When a function is called by itself: sdk/schedule.ts. */
export const scheduleSchema = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('cron'), expression: text, timezone: text, ...policies }),
    z.object({
      kind: z.literal('period'),
      every: z.object({
        ...{ years: count.max(100).exactOptional(), months: count.max(1_200).exactOptional() },
        ...{ weeks: span, days: span, hours: span, minutes: span, seconds: span },
      }),
      ...policies,
    }),
  ])
  .meta({ id: 'Schedule' });

const functionManifest = z
  .object({
    name,
    class: z
      .object({
        methods: z.array(z.object({ name: text, generator: z.boolean() })),
        hasExit: z.boolean(),
      })
      .exactOptional(),
    generator: z.boolean(),
    runtime: z.enum(['node', 'python']),
    image: recipeSchema,
    cpu: amount,
    cpuLimit: amount.exactOptional(),
    memoryMiB: amount,
    memoryLimitMiB: amount.exactOptional(),
    env: z.record(z.string(), text),
    secrets: z.array(secret),
    timeoutMs: amount,
    startupTimeoutMs: amount,
    retries: z.object({
      maxRetries: count,
      initialDelayMs: amount,
      maxDelayMs: amount,
      backoffCoefficient: amount,
    }),
    minContainers: count,
    maxContainers: count.exactOptional(),
    bufferContainers: count,
    scaledownWindowMs: amount,
    whenIdle: z.enum(['stop', 'freeze']),
    singleUseContainers: z.boolean(),
    concurrent: z.object({ maxInputs: count, targetInputs: count }),
    batched: z.object({ maxBatchSize: count, waitMs: amount }).exactOptional(),
    schedule: scheduleSchema.exactOptional(),
  })
  .meta({ id: 'FunctionManifest' });

export const manifestSchema = z
  .object({
    app: name,
    functions: z.array(functionManifest).max(1_000),
    ephemeral: z.literal(true).exactOptional(),
  })
  .meta({ id: 'AppManifest' });

type Checked = z.output<typeof manifestSchema>;
/** Every field there may be, so that one that only one side has is seen. */
type Whole<T> = T extends object ? { -readonly [K in keyof T]-?: Whole<T[K]> } : T;

/** A manifest that was checked; nothing at all where the schema and the type of manifests part ways. */
export type CheckedManifest = [Whole<Checked>, Whole<AppManifest>] extends [
  Whole<AppManifest>,
  Whole<Checked>,
]
  ? Checked
  : never;
