/**
 * Functions that fail in every way that needs no Docker: each ends in its own error with exit code 1.
 */
import { expect, it } from 'vitest';
import { dray, drayJson } from '../../helpers/run-command.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

const HEAD = `import { App } from 'dray';\nconst app = new App('fails');\n`;

async function run(code: string, ...args: string[]) {
  await using folder = await tempFolder({ 'app.ts': HEAD + code });
  return await dray(['run', '--backend', 'process', ...(args.length === 0 ? ['app.ts'] : args)], {
    cwd: folder.path,
  });
}

it('shows what a function threw with its name, cause, and TypeScript lines', async () => {
  const { exitCode, stderr } = await run(`
interface Order { id: number }
class PaymentError extends Error { override name = 'PaymentError' }
export const pay = app.function(async () => {
  const order: Order = { id: 7 };
  throw new PaymentError(\`order \${order.id}\`, { cause: new Error('card expired') });
});
export const main = app.localEntrypoint(() => pay.remote());
`);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('main threw PaymentError: order 7');
  expect(stderr).toMatch(/app\.ts:8:9/);
  expect(stderr).toContain('Caused by: Error: card expired');
  expect(stderr).toContain('Code: FUNCTION_THREW');
  expect(stderr).not.toContain('/dist/');
});

it('shows what a function threw that is no Error', async () => {
  const { exitCode, stderr } = await run(
    `export const main = app.function(async () => { throw { reason: 'no', code: 7 }; });`,
  );
  expect(exitCode).toBe(1);
  expect(stderr).toContain(`main threw { reason: 'no', code: 7 }`);
});

it('names the exit code of a function that ends its process, and the last lines it printed', async () => {
  const { exitCode, stderr } = await run(
    `export const main = app.function(async () => { console.error('bye'); process.exit(9); });`,
  );
  expect(exitCode).toBe(1);
  expect(stderr).toContain('the container of main ended during the call: exit code 9');
  expect(stderr).toContain('return or throw instead of calling process.exit');
  expect(stderr).toContain('Code: CONTAINER_LOST');
});

it('ends a function that blocks for ever at its timeout, and names it', async () => {
  const { exitCode, stderr } = await run(
    `export const main = app.function({ timeoutMs: 500, startupTimeoutMs: 250_000 }, async () => { for (;;); });`,
  );
  expect(exitCode).toBe(1);
  expect(stderr).toContain('500 ms');
  expect(stderr).toContain('Code: FUNCTION_TIMEOUT');
});

it('names the heap of a function that fills it, and the option', async () => {
  const { exitCode, stderr } = await run(`
export const main = app.function({ env: { NODE_OPTIONS: '--max-old-space-size=64' } }, async () => {
  const kept: unknown[] = [];
  for (;;) kept.push(new Array(1000).fill({ n: kept.length }));
});`);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('main ran out of JavaScript heap memory');
  expect(stderr).toContain('--max-old-space-size');
});

it('goes on after a promise that a returned call left behind', async () => {
  const { exitCode, stdout, stderr } = await run(`
export const leaves = app.function(async (n: number) => {
  setTimeout(() => Promise.reject(new Error('too late')), 1);
  await new Promise((resolve) => setTimeout(resolve, n));
  return n;
});
export const main = app.localEntrypoint(async () => [await leaves.remote(0), await leaves.remote(50)]);
`);
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toEqual([0, 50]);
  expect(stderr).toContain('Unhandled rejection: Error: too late');
});

it('shows an error that the entrypoint let go of in a timer as its own', async () => {
  const { exitCode, stderr } = await run(`
export const main = app.localEntrypoint(async () => {
  setTimeout(() => { throw new Error('late'); }, 1);
  await new Promise(() => {});
});`);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('Error: late');
  expect(stderr).toMatch(/app\.ts:5:28/);
  expect(stderr).toContain('Code: FUNCTION_THREW');
  expect(stderr).not.toContain('Node.js v');
});

it('shows a rejection that the entrypoint never awaited as its own', async () => {
  const { exitCode, stderr } = await run(`
export const f = app.function(async () => { throw new RangeError('unheard'); });
export const main = app.localEntrypoint(async () => {
  void f.remote();
  await new Promise(() => {});
});`);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('RangeError: unheard');
  expect(stderr).toContain('Code: FUNCTION_THREW');
});

it('names the path of an argument that cannot cross', async () => {
  const { exitCode, stderr } = await run(`
export const f = app.function(async (options: object) => options);
export const main = app.localEntrypoint(() => f.remote({ retry: { onDone: () => {} } }));
`);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('args[0].retry.onDone is a function');
  expect(stderr).toContain('Code: VALUE_NOT_CLONEABLE');
});

it('names the path of a result that cannot cross', async () => {
  const { exitCode, stderr } = await run(
    `export const main = app.function(async () => ({ list: [1, Symbol('a')] }));`,
  );
  expect(exitCode).toBe(1);
  expect(stderr).toContain('result.list[1] is a symbol');
});

it('shows what the file throws in the container alone', async () => {
  const { exitCode, stderr } = await run(`
import { isLocal } from 'dray';
if (!isLocal()) throw new Error('no config here');
export const main = app.function(async () => 1);
`);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('no config here');
  expect(stderr).toContain('Code: FUNCTION_START_FAILED');
});

it('names the package that the image lacks, and the line to add', async () => {
  await using folder = await tempFolder({
    'app.ts': `import native from 'native-thing';\n${HEAD}export const main = app.function(async () => native());\n`,
    'node_modules/native-thing/package.json': '{ "name": "native-thing", "main": "index.js" }',
    'node_modules/native-thing/index.js': `module.exports = () => require('./build/thing.node');`,
    'node_modules/native-thing/build/thing.node': 'not for this machine',
    'node_modules/native-thing/binding.gyp': '{}',
  });
  const { exitCode, stderr } = await dray(['run', '--backend', 'process', 'app.ts'], { cwd: folder.path });
  expect(exitCode).toBe(1);
  expect(stderr).toContain('the package native-thing is not in the image');
  expect(stderr).toContain('npmInstall("native-thing")');
});

it('passes on 100 MiB that a function prints', async () => {
  const { exitCode, stdout } = await run(
    `
export const flood = app.function(async () => {
  const line = 'x'.repeat(1_048_575) + '\\n';
  for (let n = 0; n < 100; n++) process.stdout.write(line);
  return 'end';
});`,
    '--quiet',
    'app.ts',
  );
  expect(exitCode).toBe(0);
  expect(stdout.length).toBe(100 * 1_048_576 + 'end\n'.length);
  expect(stdout.endsWith('x\nend\n')).toBe(true);
});

it('counts calls that failed and succeeded', async () => {
  await using folder = await tempFolder({
    'app.ts': `${HEAD}
export const odd = app.function(async (n: number) => { if (n % 2 === 0) throw new Error('even'); return n; });
export const main = app.localEntrypoint(async () => {
  const results = await odd.map([1, 2, 3, 4, 5], { returnExceptions: true });
  return results.map((each) => (each instanceof Error ? each.message : each));
});
`,
  });
  const { document } = await drayJson(['run', '--json', '--backend', 'process', 'app.ts'], {
    cwd: folder.path,
  });
  expect(document).toMatchObject({
    result: [1, 'even', 3, 'even', 5],
    calls: { succeeded: 3, failed: 2 },
  });
});
