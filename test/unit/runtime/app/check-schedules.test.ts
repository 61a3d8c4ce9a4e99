import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openApp } from '../../../../src/runtime/app/open-app.ts';
import { errorOf, tempFolder } from './temp-app.ts';

async function opened(text: string) {
  using folder = tempFolder({
    'app.ts': `import { App, cron, period } from 'dray';\nconst app = new App('scheduled');\n${text}`,
  });
  return (await openApp(folder.file('app.ts'))).manifest;
}

const scheduled = (fn: string, schedule = "cron('0 2 * * *')") =>
  opened(`export const report = app.function({ schedule: ${schedule} }, ${fn});`);

describe('a scheduled function', () => {
  it('is described with every default', async () => {
    const manifest = await scheduled('async () => 1');
    expect(manifest.functions[0]?.schedule).toEqual({
      ...{ kind: 'cron', expression: '0 2 * * *', timezone: 'UTC', overlap: 'skip', missed: 'run-once' },
    });
    const every = "period({ hours: 1 }, { overlap: 'allow', missed: undefined })";
    expect((await scheduled('() => 1', every)).functions[0]?.schedule).toEqual({
      ...{ kind: 'period', every: { hours: 1 }, overlap: 'allow', missed: 'run-once' },
    });
    expect(JSON.parse(JSON.stringify(manifest))).toEqual(manifest);
  });

  it.each([
    'async (since?: Date) => since',
    'async (limit = 5) => limit',
    'async (...all: number[]) => all',
    'async ({ limit = 5 }: { limit?: number } = {}) => limit',
  ])('may have parameters that it can do without: %s', async (fn) => {
    expect((await scheduled(fn)).functions[0]?.schedule).toBeDefined();
  });

  it.each([
    ['async (url: string, since?: Date) => [url, since]', 'it needs url'],
    [
      'async ({ url, limit = 5 }: { url: string; limit?: number }) => [url, limit]',
      'it needs an object with url',
    ],
    ['async ({ limit = 5 }: { limit?: number }) => limit', 'it needs an object'],
  ])('is refused where it needs arguments: %s', async (fn, says) => {
    const error = await errorOf(scheduled(fn));
    expect(error).toMatchObject({ code: 'SCHEDULED_ARGUMENTS', exitCode: 2 });
    expect(error.message).toMatch(/^function report \(.*app\.ts:/);
    expect(error.message).toContain(says);
  });

  it('is refused where it takes lists, or yields', async () => {
    const batched = "cron('@daily'), batched: { maxBatchSize: 2, waitMs: 1 }";
    expect(await errorOf(scheduled('(all) => all', batched))).toMatchObject({ code: 'SCHEDULED_ARGUMENTS' });
    expect(await errorOf(scheduled('async function* () { yield 1; }'))).toMatchObject({
      code: 'SCHEDULED_GENERATOR',
    });
  });

  it('is refused in Python too where it needs arguments', async () => {
    using folder = tempFolder({
      'app.ts': `import { App, cron } from 'dray';
        const app = new App('scheduled');
        export const needs = app.python({ file: 'm.py', function: 'FUNCTION', schedule: cron('@daily') });`,
      'm.py':
        'def needs(url: str) -> str:\n    return url\n\ndef free(limit: int = 5) -> int:\n    return limit\n',
    });
    const withFunction = async (name: string) => {
      const text = readFileSync(folder.file('app.ts'), 'utf8');
      writeFileSync(folder.file(`${name}.ts`), text.replace('FUNCTION', name));
      return openApp(folder.file(`${name}.ts`));
    };
    expect(await errorOf(withFunction('needs'))).toMatchObject({ code: 'SCHEDULED_ARGUMENTS' });
    expect((await withFunction('free')).manifest.functions[0]?.schedule).toBeDefined();
  });

  it.each([
    ["cron('0 2 * *')", /"0 2 \* \*"; it must be a cron expression/],
    ["cron('0 0 31 2 *')", /there is no such day/],
    [
      "cron('@daily', { timezone: 'Mars/Olympus' })",
      /schedule\.timezone .* "Mars\/Olympus"; it must be a time zone/,
    ],
    [
      "cron('@daily', { overlap: 'queue' } as never)",
      /schedule\.overlap .* "queue"; it must be "skip" or "allow"/,
    ],
    ['period({})', /a period of at least a second/],
    ['period({ seconds: 0.5 })', /a period of at least a second/],
    ['period({ months: 1.5 })', /schedule\.every\.months .* 1\.5; it must be a whole number/],
    ['period({ hours: -1 })', /schedule\.every\.hours .* -1; it must be a number from 0/],
    ["'0 2 * * *' as never", /schedule of .* "0 2 \* \* \*"; it must be made by cron/],
    ["{ kind: 'cron' } as never", /schedule\.expression .* undefined; it must be a string/],
  ])('is refused with %s', async (schedule, message) => {
    const error = await errorOf(scheduled('async () => 1', schedule));
    expect(error).toMatchObject({ code: 'INVALID_OPTION', exitCode: 2 });
    expect(error.message).toMatch(message);
  });

  it('is refused with a unit that there is none of', async () => {
    const error = await errorOf(scheduled('async () => 1', 'period({ hour: 1 } as never)'));
    expect(error).toMatchObject({ code: 'UNKNOWN_OPTION', suggestions: ['did you mean hours?'] });
  });
});

describe('a scheduled class', () => {
  it('is refused: which method would be called?', async () => {
    const cls = "app.cls({ schedule: cron('@daily') } as never, class { run() {} })";
    expect(await errorOf(opened(`export const Model = ${cls};`))).toMatchObject({ code: 'UNKNOWN_OPTION' });
  });
});
