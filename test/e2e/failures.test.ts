/**
 * Functions that misbehave in containers: each ends in its own error, and leaves no container.
 */
import { expect, it } from 'vitest';
import { dockerApp } from './docker-app.ts';

it('names limit and option where a function ran out of memory', async () => {
  await using app = await dockerApp(`
export const eats = app.function({ memoryLimitMiB: 256 }, async () => {
  const kept: Buffer[] = [];
  for (;;) kept.push(Buffer.alloc(16 * 1_048_576, 1));
});`);
  const { exitCode, stderr } = await app.run('-q', 'app.ts');
  expect(exitCode).toBe(1);
  expect(stderr).toContain('the container of eats ran out of memory: its limit is 256 MiB');
  expect(stderr).toContain('memoryLimitMiB: 512');
  expect(stderr).toContain('Code: OUT_OF_MEMORY');
  await app.gone();
});

it('ends code that blocks its event loop at its timeout, and other calls go on', async () => {
  await using app = await dockerApp(`
export const maybe = app.function({ timeoutMs: 5_000, startupTimeoutMs: 250_000, maxContainers: 1 }, async (block: boolean) => {
  if (block) for (;;);
  return 'went on';
});
export const main = app.localEntrypoint(async () => {
  const results = await maybe.map([true, false, false], { returnExceptions: true });
  return results.map((each) => (each instanceof Error ? (each as Error & { code: string }).code : each));
});`);
  const { document } = await app.json('app.ts');
  expect(document.result).toEqual(['FUNCTION_TIMEOUT', 'went on', 'went on']);
  await app.gone();
});

it('names the exit code of a process that ends itself in a call', async () => {
  await using app = await dockerApp(`
export const bye = app.function(async () => { console.error('going'); process.exit(4); });`);
  const { exitCode, stderr } = await app.run('-q', 'app.ts');
  expect(exitCode).toBe(1);
  expect(stderr).toContain('the container of bye ended during the call: exit code 4');
  await app.gone();
});

it('names the exit code of a container that ends before it serves', async () => {
  await using app = await dockerApp(`
if (!isLocal()) { console.error('no licence found'); process.exit(5); }
export const never = app.function(async () => 1);`);
  const { exitCode, stderr } = await app.run('-q', 'app.ts');
  expect(exitCode).toBe(1);
  expect(stderr).toContain('no licence found');
  expect(stderr).toContain('the container of never ended before it could serve: exit code 5');
  expect(stderr).toContain('Code: FUNCTION_START_FAILED');
  await app.gone();
});

it('throws here what a function threw there, with its TypeScript lines', async () => {
  await using app = await dockerApp(`
interface Unused { a: string }
export const pay = app.function(async () => { throw Object.assign(new RangeError('too much'), { limit: 7 }); });
export const main = app.localEntrypoint(async () => {
  const error = await pay.remote().catch((thrown: unknown) => thrown);
  if (!(error instanceof RangeError)) throw error;
  return { name: error.name, message: error.message, limit: (error as { limit?: number }).limit, stack: error.stack };
});`);
  const { document } = await app.json('app.ts');
  expect(document.result).toMatchObject({ name: 'RangeError', message: 'too much', limit: 7 });
  expect((document.result as { stack: string }).stack).toMatch(/app\.ts:6:\d+/);
});

it('tries a failed call again as often as it may', async () => {
  await using app = await dockerApp(`
import { currentCall } from 'dray';
export const flaky = app.function({ retries: { maxRetries: 2, initialDelayMs: 0 } }, async () => {
  const attempt = currentCall()?.attempt;
  if (attempt !== 3) throw new Error('attempt ' + attempt);
  return attempt;
});`);
  const { document } = await app.json('app.ts');
  expect(document.result).toBe(3);
});
