import { describe, expect, it } from 'vitest';
import { describeApp } from '../../../../src/runtime/app/describe-app.ts';
import { App } from '../../../../src/sdk/app.ts';
import {
  type AppDeclaration,
  type AppOptions,
  declaredApps,
  type EntrypointOptions,
} from '../../../../src/sdk/declaration.ts';
import type { FunctionOptions } from '../../../../src/sdk/function-options.ts';
import { Image } from '../../../../src/sdk/image.ts';
import { errorOf } from './temp-app.ts';

function declared(options: unknown = {}, appOptions: unknown = {}, entrypoint?: unknown): AppDeclaration {
  const app = new App('described', appOptions as AppOptions);
  app.function(options as FunctionOptions, () => {});
  if (entrypoint !== undefined) app.localEntrypoint(entrypoint as EntrypointOptions, () => {});
  const declaration = declaredApps().at(-1) as AppDeclaration;
  for (const each of [...declaration.functions, ...declaration.entrypoints]) each.name ??= 'resize';
  return declaration;
}

function described(options: FunctionOptions = {}, appOptions: AppOptions = {}) {
  return describeApp(declared(options, appOptions)).functions[0];
}

describe('describeApp', () => {
  it('fills in every default', () => {
    expect(describeApp(declared())).toEqual({
      app: 'described',
      functions: [
        {
          name: 'resize',
          generator: false,
          runtime: 'node',
          image: { base: 'node:24-bookworm-slim', steps: [] },
          cpu: 0.125,
          memoryMiB: 128,
          env: {},
          secrets: [],
          timeoutMs: 300_000,
          startupTimeoutMs: 300_000,
          retries: { maxRetries: 0, initialDelayMs: 1000, maxDelayMs: 60_000, backoffCoefficient: 1 },
          minContainers: 0,
          bufferContainers: 0,
          scaledownWindowMs: 60_000,
          concurrent: { maxInputs: 1, targetInputs: 1 },
          whenIdle: 'stop',
          singleUseContainers: false,
        },
      ],
    });
  });

  it('survives JSON', () => {
    const manifest = describeApp(
      declared({ cpuLimit: 2, image: Image.node('22').npmInstall('sharp@0.34.5') }),
    );
    expect(JSON.parse(JSON.stringify(manifest))).toEqual(manifest);
  });

  it('keeps what is given', () => {
    const given = {
      cpu: 2,
      cpuLimit: 4,
      memoryMiB: 512,
      memoryLimitMiB: 1024,
      timeoutMs: 1,
      startupTimeoutMs: 5,
      maxContainers: 3,
      scaledownWindowMs: 2000,
    };
    expect(described(given)).toMatchObject(given);
  });

  it('takes the startup timeout from the timeout', () => {
    expect(described({ timeoutMs: 7000 })?.startupTimeoutMs).toBe(7000);
  });

  it('merges the variables of app and function, the function winning', () => {
    expect(described({ env: { B: 'fn', C: 'fn' } }, { env: { A: 'app', B: 'app' } })?.env).toEqual({
      A: 'app',
      B: 'fn',
      C: 'fn',
    });
  });

  it("prefers the function's image to the app's", () => {
    const appImage = Image.node('20');
    expect(described({}, { image: appImage })?.image.base).toBe('node:20-bookworm-slim');
    expect(described({ image: Image.node('22') }, { image: appImage })?.image.base).toBe(
      'node:22-bookworm-slim',
    );
  });

  it('asks for no more than a limit allows', () => {
    expect(described({ cpuLimit: 0.1, memoryLimitMiB: 64 })).toMatchObject({ cpu: 0.1, memoryMiB: 64 });
  });

  it('makes a retry count a fixed delay of a second, and a policy grow twofold by default', () => {
    expect(described({ retries: 3 })?.retries).toEqual({
      maxRetries: 3,
      initialDelayMs: 1000,
      maxDelayMs: 60_000,
      backoffCoefficient: 1,
    });
    expect(described({ retries: { maxRetries: 2, maxDelayMs: 5000 } })?.retries).toEqual({
      maxRetries: 2,
      initialDelayMs: 1000,
      maxDelayMs: 5000,
      backoffCoefficient: 2,
    });
  });
});

describe('options that are refused', () => {
  it.each<[string, object, string]>([
    ['timeoutMs', { timeoutMs: 0 }, 'a number from 1 to 86400000'],
    ['timeoutMs', { timeoutMs: 86_400_001 }, 'a number from 1 to 86400000'],
    ['timeoutMs', { timeoutMs: '5s' }, 'a number from 1 to 86400000'],
    ['timeoutMs', { timeoutMs: Number.NaN }, 'a number from 1 to 86400000'],
    ['cpu', { cpu: 0 }, 'a number of at least 0.01'],
    ['cpu', { cpu: Number.POSITIVE_INFINITY }, 'a number of at least 0.01'],
    ['memoryMiB', { memoryMiB: 1.5 }, 'a whole number of at least 1'],
    ['memoryLimitMiB', { memoryLimitMiB: 5 }, 'a whole number of at least 6'],
    ['maxContainers', { maxContainers: 0 }, 'a whole number of at least 1'],
    ['scaledownWindowMs', { scaledownWindowMs: 1999 }, 'a number from 2000 to 1200000'],
    ['scaledownWindowMs', { scaledownWindowMs: 1_200_001 }, 'a number from 2000 to 1200000'],
    ['retries', { retries: 11 }, 'a whole number from 0 to 10, or a policy with maxRetries'],
    ['retries', { retries: -1 }, 'a whole number from 0 to 10, or a policy with maxRetries'],
    ['retries.maxRetries', { retries: {} }, 'a whole number from 0 to 10'],
    [
      'retries.backoffCoefficient',
      { retries: { maxRetries: 1, backoffCoefficient: 11 } },
      'a number from 1 to 10',
    ],
    [
      'retries.initialDelayMs',
      { retries: { maxRetries: 1, initialDelayMs: -1 } },
      'a number from 0 to 60000',
    ],
    ['env', { env: { A: 1 } }, 'an object of strings by variable name'],
    ['image', { image: 'node:24' }, 'an Image, such as Image.node("24")'],
    ['input', { input: {} }, 'a Standard Schema, such as one of zod'],
  ])('%s: %j', async (option, options, allowed) => {
    const error = await errorOf(() => describeApp(declared(options)));
    expect(error.code).toBe('INVALID_OPTION');
    expect(error.message).toContain(`${option} of function resize (`);
    expect(error.message).toMatch(new RegExp(`; it must be ${allowed.replace(/[()."]/g, '\\$&')}$`));
  });

  it('shows the value and where the function is declared', async () => {
    const error = await errorOf(() => describeApp(declared({ timeoutMs: 'soon' })));
    expect(error.message).toMatch(/describe-app\.test\.ts:\d+\) is "soon"; /);
  });

  it('takes undefined as not given', () => {
    expect(described({ timeoutMs: undefined } as unknown as FunctionOptions)?.timeoutMs).toBe(300_000);
  });

  it('names the option that an unknown one was meant to be', async () => {
    const error = await errorOf(() => describeApp(declared({ timeoutMS: 5 })));
    expect([error.code, error.suggestions]).toEqual(['UNKNOWN_OPTION', ['did you mean timeoutMs?']]);
    const other = await errorOf(() => describeApp(declared({ zzz: 5 })));
    expect(other.suggestions[0]).toContain('the options are name, image, cpu');
    const nested = await errorOf(() => describeApp(declared({ retries: { maxRetries: 1, maxDelay: 5 } })));
    expect(nested.message).toContain('has no option retries.maxDelay');
  });

  it('refuses options of the app and of entrypoints too', async () => {
    expect((await errorOf(() => describeApp(declared({}, { img: 1 })))).message).toContain('app described (');
    const entrypoint = await errorOf(() => describeApp(declared({}, {}, { cpu: 1 })));
    expect(entrypoint.message).toContain('local entrypoint resize (');
    expect((await errorOf(() => describeApp(declared(5)))).code).toBe('INVALID_OPTION');
  });

  it('refuses a limit below what is asked for', async () => {
    const cpu = await errorOf(() => describeApp(declared({ cpu: 2, cpuLimit: 1 })));
    expect(cpu.message).toContain('is 1; it must be at least its cpu, which is 2');
    const memory = await errorOf(() => describeApp(declared({ memoryMiB: 256, memoryLimitMiB: 128 })));
    expect(memory.message).toContain('at least its memoryMiB, which is 256');
  });
});
