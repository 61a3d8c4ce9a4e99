/**
 * Types of options, apps, images and entrypoints.
 */
import { App, type CurrentCall, type currentCall, type FunctionOptions, Image, isLocal } from 'dray';
import { type Equal, exactly, type } from './exact.ts';

const image = Image.node('24')
  .aptInstall('ffmpeg')
  .npmInstall('sharp@0.34.5')
  .env({ A: '1' })
  .workdir('/app');
type(image).is<Image>();
type(Image.debianSlim()).is<Image>();
type(Image.fromRegistry('alpine:3').runCommands('true')).is<Image>();

const app = new App('types', { image, env: { LEVEL: 'debug' } });
type(app.name).is<string>();

app.function(
  {
    name: 'all',
    image,
    cpu: 2,
    cpuLimit: 4,
    memoryMiB: 512,
    memoryLimitMiB: 1024,
    env: { A: '1' },
    timeoutMs: 60_000,
    startupTimeoutMs: 60_000,
    retries: { maxRetries: 3, initialDelayMs: 0, maxDelayMs: 1000, backoffCoefficient: 1 },
    maxContainers: 3,
    scaledownWindowMs: 2000,
  },
  async () => 1,
);
app.function({ retries: 3 }, async () => 1);

// @ts-expect-error no such option
app.function({ memory: 512 }, async () => 1);
// @ts-expect-error a number, in MiB
app.function({ memoryMiB: '512' }, async () => 1);
// @ts-expect-error values of variables are strings
app.function({ env: { LEVEL: 1 } }, async () => 1);
// @ts-expect-error a policy needs its count
app.function({ retries: { initialDelayMs: 5 } }, async () => 1);
// @ts-expect-error an Image, not its name
app.function({ image: 'node:24' }, async () => 1);
// @ts-expect-error a function is missing
app.function({ cpu: 1 });
// @ts-expect-error no function
app.function(1);
// @ts-expect-error an app has a name
new App();
// @ts-expect-error an option of functions only
new App('types', { cpu: 1 });
// @ts-expect-error packages are strings
image.npmInstall(5);

// Options need no order and may be kept in a variable.
const options = { cpu: 1 } satisfies FunctionOptions;
app.function(options, async () => 1);

// An entrypoint stays the function that it is.
const main = app.localEntrypoint(async ({ name = 'world' }: { name?: string }) => name.length);
type(main).is<({ name }: { name?: string }) => Promise<number>>();
type(main({})).is<Promise<number>>();
// @ts-expect-error an argument of another type
main({ name: 5 });

type(isLocal()).is<boolean>();
exactly<Equal<ReturnType<typeof currentCall>, CurrentCall | undefined>>();
