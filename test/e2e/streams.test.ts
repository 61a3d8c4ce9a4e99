/**
 * What passes between command and container: payloads, and everything that user code prints.
 */
import { expect, it } from 'vitest';
import { dockerApp } from './docker-app.ts';

it('carries 100 MiB there and back, and the command keeps no copies of them', async () => {
  await using app = await dockerApp(`
const MIB = 1_048_576;
export const echo = app.function(async (bytes: Uint8Array) => bytes);
export const main = app.localEntrypoint(async () => {
  const sent = Buffer.alloc(100 * MIB - 1024, 'x');
  let grown = 0;
  for (let n = 0; n < 4; n++) {
    const got = await echo.remote(sent);
    if (!sent.equals(got)) throw new Error('they differ');
    globalThis.gc?.();
    grown = Math.max(grown, process.memoryUsage.rss());
  }
  return Math.round(grown / MIB);
});`);
  const { document, exitCode, stderr } = await app.json('app.ts');
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
  // Four round trips hold 800 MiB of payload; what is in flight at once is a few copies of one.
  expect(document.result).toBeLessThan(1200);
});

it('refuses an argument and a result of more than 100 MiB, and says so', async () => {
  await using app = await dockerApp(`
export const length = app.function(async (bytes: Uint8Array) => bytes.length);
export const make = app.function(async (mib: number) => new Uint8Array(mib * 1_048_576));
export const main = app.localEntrypoint(async () => {
  const codeOf = (thrown: unknown) => (thrown as { code?: string }).code ?? String(thrown);
  return {
    argument: await length.remote(new Uint8Array(101 * 1_048_576)).catch(codeOf),
    result: await make.remote(101).catch(codeOf),
    after: await length.remote(new Uint8Array(3)),
  };
});`);
  const { document } = await app.json('app.ts');
  expect(document.result).toEqual({ argument: 'PAYLOAD_TOO_LARGE', result: 'PAYLOAD_TOO_LARGE', after: 3 });
});

it('passes on 100 MiB that a function prints, and the result after it', async () => {
  await using app = await dockerApp(`
export const flood = app.function(async () => {
  const line = 'x'.repeat(1_048_575) + '\\n';
  for (let n = 0; n < 100; n++) process.stdout.write(line);
  return 'end';
});`);
  const { exitCode, stdout } = await app.run('-q', 'app.ts');
  expect(exitCode).toBe(0);
  expect(stdout.length).toBe(100 * 1_048_576 + 'end\n'.length);
  expect(stdout.endsWith('x\nend\n')).toBe(true);
});

it('keeps what native child processes print apart from results, binary as it may be', async () => {
  await using app = await dockerApp(`
import { execFileSync } from 'node:child_process';
export const prints = app.function(async () => {
  execFileSync('sh', ['-c', 'echo from a child; echo its errors >&2; head -c 100000 /dev/urandom; echo'], {
    stdio: 'inherit',
  });
  process.stdout.write(Buffer.from([0, 255, 254, 10]));
  return [1, 2, 3];
});`);
  const { document, exitCode, stderr } = await app.json('app.ts');
  expect(exitCode).toBe(0);
  expect(document.result).toEqual([1, 2, 3]);
  expect(stderr).toContain('from a child\n');
  expect(stderr).toContain('its errors\n');
});

it('keeps every kind of value as it was', async () => {
  await using app = await dockerApp(`
export const echo = app.function(async (value: unknown) => value);
export const main = app.localEntrypoint(async () => {
  const cycle: Record<string, unknown> = { name: 'cycle' };
  cycle.self = cycle;
  const values = {
    date: new Date(5), map: new Map<unknown, unknown>([[1, new Set(['a'])]]), big: 2n ** 70n, re: /a+/gi, none: undefined,
    bytes: Buffer.from('bytes'), floats: new Float64Array([1.5, -0]), cycle, holes: [1, , 3], error: new TypeError('t', { cause: 1 }),
  };
  const got = (await echo.remote(values)) as typeof values;
  const { isDeepStrictEqual } = await import('node:util');
  return { same: isDeepStrictEqual({ ...got, error: 0 }, { ...values, error: 0 }), error: got.error instanceof TypeError, cause: got.error.cause };
});`);
  const { document } = await app.json('app.ts');
  expect(document.result).toEqual({ same: true, error: true, cause: 1 });
});
