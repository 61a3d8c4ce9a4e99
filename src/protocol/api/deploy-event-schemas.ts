/**
 * What a deploy tells while it goes on and at its end: src/protocol/deployment.ts as schemas.
 */
import { z } from 'zod';

const image = z.string();

const imageEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('missing'), image }),
  z.object({ kind: z.literal('started'), image, action: z.enum(['build', 'pull']) }),
  z.object({ kind: z.literal('progress'), image, step: z.boolean(), text: z.string() }),
  z.object({ kind: z.literal('finished'), image, durationMs: z.number() }),
  z.object({ kind: z.literal('failed'), image }),
]);

const change = z
  .object({
    name: z.string(),
    change: z.enum(['added', 'changed', 'removed', 'unchanged']),
    fields: z.array(z.string()).describe('What changed: names of options, and code, image, secrets'),
    replaced: z.boolean().describe('Its containers are replaced by new ones'),
  })
  .meta({ id: 'FunctionChange' });

const changes = z.array(change);

const outcome = z
  .object({
    environment: z.string(),
    app: z.string(),
    version: z.int().describe('The version that serves now'),
    previous: z.int().exactOptional().describe('The one that served before'),
    changed: z.boolean().describe('False where nothing was to do: there is no new version then'),
    functions: changes,
    images: z.array(z.object({ tag: z.string(), built: z.boolean() })),
  })
  .meta({ id: 'DeployOutcome' });

/** A line of a deploy, a rollback, a rollover; the last one is the outcome. */
export const deployLine = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('image'), event: imageEvent }),
    z.object({ kind: z.literal('starting'), functionName: z.string() }),
    z.object({ kind: z.literal('ready'), functionName: z.string() }),
    z.object({ kind: z.literal('published'), version: z.int() }),
    z.object({ kind: z.literal('outcome'), outcome }),
  ])
  .meta({ id: 'DeployLine' });

export const planReply = z
  .object({
    environment: z.string(),
    app: z.string(),
    current: z.int().exactOptional().describe('The version that serves'),
    changed: z.boolean(),
    functions: changes,
    images: z
      .array(z.object({ image: z.string(), functions: z.array(z.string()) }))
      .describe('Those that would have to be built or fetched'),
  })
  .meta({ id: 'DeployPlan' });

export type DeployLine = z.output<typeof deployLine>;
