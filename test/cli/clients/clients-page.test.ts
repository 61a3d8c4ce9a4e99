/**
 * docs/clients.md: its program and its commands, run as they are written.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { deployedApp } from './deployed-app.ts';

const ROOT = path.join(import.meta.dirname, '../../..');
const PAGE = readFileSync(path.join(ROOT, 'docs/clients.md'), 'utf8');

/** The commands of a block that is marked as tested. */
function commandsOf(mark: string): string[] {
  const [, block = ''] =
    new RegExp(`<!-- tested: ${mark} -->\\n\`\`\`console\\n([\\s\\S]*?)\`\`\``).exec(PAGE) ?? [];
  const joined = block.replaceAll(/\\\n\s*/g, '');
  return [...joined.matchAll(/^\$ (.*)$/gm)].map(([, command = '']) => command);
}

describe('docs/clients.md', () => {
  it('shows a program that prints what it says', async () => {
    await using app = await deployedApp('docs/examples/clients-app.ts');
    const lines = (await app.program('docs/examples/clients.ts')).split('\n');
    const [id] = lines.splice(-3, 1);
    expect(id).toMatch(/^fc-/);
    expect(lines).toEqual([
      'https://example.com/cat.jpg at 256',
      'https://example.com/a.jpg at 64',
      'https://example.com/b.jpg at 64',
      ...['read', 'as', 'they', 'come'],
      '3 cats',
      'https://example.com/cat.jpg at 512',
      'true',
    ]);
    const { document } = await app.json<{ result: string; state: string }>(
      'call',
      'get',
      id as string,
      '--wait',
    );
    expect(document).toMatchObject({ state: 'succeeded', result: 'https://example.com/cat.jpg at 512' });
  });

  it('shows requests that any program can make', async () => {
    await using app = await deployedApp('docs/examples/clients-app.ts');
    const env = {
      DRAY_SERVER_URL: app.url,
      DRAY_TOKEN_ID: app.token.id,
      DRAY_TOKEN_SECRET: app.token.secret,
    };
    const run = async (command: string, more = {}) => {
      const { stdout } = await execa('bash', ['-c', command], { env: { ...env, ...more } });
      return JSON.parse(stdout) as { id: string; state: string; result: unknown; error: unknown };
    };
    const [call = ''] = commandsOf('call');
    expect(await run(call)).toMatchObject({
      state: 'succeeded',
      result: 'https://example.com/cat.jpg at 256',
      error: null,
    });
    const [make = '', ask = ''] = commandsOf('later');
    const { id } = await run(make);
    expect(await run(ask, { ID: id })).toMatchObject({ id, state: 'succeeded', result: 'cat.jpg at 256' });
  });

  it('has a function that calls another app by its name', async () => {
    await using app = await deployedApp('docs/examples/clients-app.ts');
    const { stdout } = await execa('curl', [
      ...['--silent', '--user', `${app.token.id}:${app.token.secret}`, '--json', '{"args": ["cat.jpg"]}'],
      `${app.url}/v1/environments/main/apps/thumbnails/functions/everywhere/calls`,
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ result: ['cat.jpg at 64', 'cat.jpg at 128'] });
  });
});
