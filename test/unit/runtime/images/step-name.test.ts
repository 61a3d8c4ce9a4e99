import { expect, it } from 'vitest';
import { stepName } from '../../../../src/runtime/images/step-name.ts';
import { Image } from '../../../../src/sdk/image.ts';

const base = Image.node('24');

it.each([
  { image: base.aptInstall('ffmpeg', 'jq=1.6'), want: 'aptInstall("ffmpeg", "jq=1.6")' },
  { image: base.npmInstall('sharp@0.34.5'), want: 'npmInstall("sharp@0.34.5")' },
  { image: base.runCommands('echo "hi"', 'true'), want: 'runCommands("echo \\"hi\\"", "true")' },
  { image: base.workdir('/app'), want: 'workdir("/app")' },
  { image: base.pipInstall('six==1.16.0', { pre: true }), want: 'pipInstall("six==1.16.0")' },
  { image: base.pipInstallFromRequirements('/a/b/dev.txt'), want: 'pipInstallFromRequirements("dev.txt")' },
  { image: base.uvPipInstall('six'), want: 'uvPipInstall("six")' },
  { image: base.dockerfileCommands('EXPOSE 80'), want: 'dockerfileCommands("EXPOSE 80")' },
  { image: base.user('app:app'), want: 'user("app:app")' },
  { image: base.shell(['/bin/bash', '-c']), want: 'shell("/bin/bash", "-c")' },
  { image: base.env({ TOKEN: 'secret', B: '' }), want: 'env("TOKEN", "B")' },
])('says a step as the user wrote it: $want', ({ image, want }) => {
  expect(image.recipe.steps.map(stepName)).toEqual([want]);
});

it('cuts a long script short', () => {
  const [name] = base.runCommands('x'.repeat(5_000)).recipe.steps.map(stepName);
  expect(name).toHaveLength(100);
  expect(name).toMatch(/^runCommands\("x+…\)$/);
});
