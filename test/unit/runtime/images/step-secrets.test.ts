import { expect, it } from 'vitest';
import { DescribedSecrets } from '../../../../src/runtime/app/describe-secrets.ts';
import { placedRecipe } from '../../../../src/runtime/app/place-recipe.ts';
import { dockerfileFor } from '../../../../src/runtime/images/dockerfile.ts';
import { imageReference } from '../../../../src/runtime/images/image-tag.ts';
import { secretValues } from '../../../../src/runtime/images/step-secrets.ts';
import { Image } from '../../../../src/sdk/image.ts';
import { Secret } from '../../../../src/sdk/secret.ts';

const base = Image.node('24');
const hub = Secret.fromName('hub', { requiredKeys: ['TOKEN'] });

it('mounts the variables of a step for that step alone, and never their values', () => {
  const image = base
    .aptInstall('jq')
    .runCommands('x', { secrets: [hub] })
    .runCommands('y');
  const secrets = [undefined, { TOKEN: 'hunter2', B: 'b' }, undefined];
  const { text } = dockerfileFor(image.recipe, {
    caBundle: false,
    secrets,
  });
  const [, apt, step, after] = text.split('\n');
  expect(step).toContain(
    '--mount=type=secret,id=dray-1-TOKEN,target=/dev/dray/secrets/TOKEN,required=true,mode=0444 ',
  );
  expect(step).toContain('--mount=type=secret,id=dray-1-B,');
  expect([apt, after].join()).not.toContain('secret');
  expect(text).not.toContain('hunter2');
  expect(secretValues(secrets)).toEqual({ 'dray-1-TOKEN': 'hunter2', 'dray-1-B': 'b' });
});

it('describes secrets as references, which hold no value', () => {
  const local = Secret.fromObject({ A: 'hunter2' });
  const image = base.npmInstall('a', { secrets: [hub] }).pipInstall('b', { pre: true, secrets: [local] });
  const described = new DescribedSecrets();
  const { steps } = placedRecipe(image, described);
  expect(steps).toMatchObject([
    { packages: ['a'], secrets: [{ kind: 'name', name: 'hub', requiredKeys: ['TOKEN'] }] },
    { packages: ['b'], options: { pre: true }, secrets: [{ kind: 'local', id: 'local-1' }] },
  ]);
  expect(JSON.stringify(steps)).not.toContain('hunter2');
  expect(described.local.size).toBe(1);
});

it('names an image by which secrets its steps have', () => {
  const references = [
    base.runCommands('x'),
    base.runCommands('x', { secrets: [hub] }),
    base.runCommands('x', { secrets: [Secret.fromName('other')] }),
  ].map((image) => imageReference(placedRecipe(image)));
  expect(new Set(references).size).toBe(3);
  expect(imageReference(placedRecipe(base.runCommands('x', {})))).toBe(references[0]);
});

it('refuses what is no secret, with the place of the step', () => {
  const image = base.runCommands('x', { secrets: ['TOKEN'] as never });
  expect(() => placedRecipe(image)).toThrow(
    /^secrets of a step of an image \(test\/unit\/runtime\/images\/step-secrets\.test\.ts:\d+\) is not a list of secrets$/,
  );
});
