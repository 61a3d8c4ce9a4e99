/**
 * Checks image recipes that come from a client: src/sdk/recipe.ts as a schema.
 *
 * Only the shape; what a step may say is judged where images are built, as for an app of this machine.
 */
import { z } from 'zod';
import { name } from './field-schemas.ts';

const text = z.string().max(100_000);
const texts = z.array(text).max(10_000);
const record = z.record(z.string(), text);

const secret = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('name'), name, requiredKeys: texts }),
  z.object({ kind: z.literal('local'), id: text }),
]);

const pipOptions = z.object({
  indexUrl: text.exactOptional(),
  extraIndexUrl: text.or(texts).exactOptional(),
  findLinks: text.exactOptional(),
  pre: z.boolean().exactOptional(),
  extraOptions: texts.exactOptional(),
});

/** What any step may have beside its work. */
const beside = {
  secrets: z.array(secret).exactOptional(),
  force: z.literal(true).exactOptional(),
  at: text.exactOptional(),
};
const packages = { ...beside, packages: texts };

const step = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('apt-install'), ...packages }),
  z.object({ kind: z.literal('npm-install'), ...packages }),
  z.object({ kind: z.literal('npm-lock'), local: text, ...beside }),
  z.object({ kind: z.literal('pip-install'), options: pipOptions, ...packages }),
  z.object({ kind: z.literal('pip-requirements'), local: text, options: pipOptions, ...beside }),
  z.object({ kind: z.literal('uv-pip-install'), options: pipOptions, ...packages }),
  z.object({ kind: z.literal('add-node'), version: text, ...beside }),
  z.object({ kind: z.literal('run-commands'), commands: texts, ...beside }),
  z.object({ kind: z.literal('dockerfile-commands'), lines: texts, ...beside }),
  z.object({
    kind: z.literal('add-local'),
    ...{ local: text, remote: text, directory: z.boolean(), copy: z.boolean(), ignore: texts },
    ...beside,
  }),
  z.object({ kind: z.literal('env'), variables: record, ...beside }),
  z.object({ kind: z.literal('workdir'), path: text, ...beside }),
  z.object({ kind: z.literal('user'), name: text, ...beside }),
  z.object({ kind: z.literal('shell'), command: texts, ...beside }),
]);

const dockerfile = z.object({
  local: text,
  context: text.exactOptional(),
  buildArgs: record.exactOptional(),
  target: text.exactOptional(),
  ignore: texts.exactOptional(),
  at: text.exactOptional(),
});

export const recipeSchema = z
  .object({
    base: text,
    dockerfile: dockerfile.exactOptional(),
    steps: z.array(step).max(1_000),
    login: secret.exactOptional(),
  })
  .meta({ id: 'ImageRecipe' });
