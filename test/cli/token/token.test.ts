/**
 * `dray token new`, `set`, `info`, `list` and `revoke`, against a server of another home.
 */
import { readFile, stat } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { dray, drayJson, startDray } from '../../helpers/run-command.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';
import { fieldsIn, signedIn, type TestServer, testServer } from '../../server/test-server.ts';

/** Seconds between polls are whole: the command asks once a second. */
const POLLED = { device: { intervalMs: 1 } };

/** Runs `dray token new` to its end; a person decides meanwhile. */
async function tokenNew(
  server: TestServer,
  cwd: string,
  args: string[],
  decision: 'approved' | 'denied' = 'approved',
) {
  const command = startDray(['token', 'new', '--no-browser', ...args], {
    cwd,
    env: { DRAY_SERVER_URL: server.url },
  });
  const printed = await command.untilPrinted('Waiting');
  const browser = await signedIn(server.url, server.dataFolder);
  const [code = ''] = /[B-Z]{4}-[B-Z]{4}/.exec(printed) ?? [];
  const fields = fieldsIn(await browser.get(`/device?user_code=${code}`));
  await browser.post('/device/decision', { ...fields, decision });
  return command.ended;
}

describe('dray token', () => {
  it('gets a token that is approved in a browser, keeps it, and uses it from then on', async () => {
    await using server = await testServer(POLLED);
    await using home = await tempFolder();
    const { path: cwd } = home;
    const { stdout, stderr, exitCode } = await tokenNew(server, cwd, ['--name', 'laptop', '--json']);
    expect({ exitCode, result: JSON.parse(stdout) }).toEqual({
      exitCode: 0,
      result: {
        ...{ server: server.url, id: expect.stringMatching(/^tk-/), scopes: ['deploy'] },
        ...{ file: home.file('.dray.toml'), profile: 'default' },
      },
    });
    expect(stderr).toContain(`${server.url}/device?user_code=`);
    const file = await readFile(home.file('.dray.toml'), 'utf8');
    const [, secret = ''] = /^token_secret = "(ts-[\w-]{43})"$/m.exec(file) ?? [];
    expect(secret).not.toBe('');
    expect(`${stdout}${stderr}`).not.toContain(secret);
    expect((await stat(home.file('.dray.toml'))).mode & 0o777).toBe(0o600);

    const { document: info } = await drayJson(['token', 'info', '--json'], { cwd });
    expect(info).toMatchObject({ server: server.url, name: 'laptop', scopes: ['deploy'] });
    const list = await dray(['token', 'list'], { cwd });
    expect(list.stdout).toContain('laptop');
    const revoke = await dray(['token', 'revoke', String(info.id)], { cwd });
    expect(revoke.stdout).toBe(`Revoked ${info.id}\n`);
    const refused = await drayJson(['token', 'info', '--json'], { cwd });
    expect([refused.exitCode, refused.document]).toEqual([
      4,
      { error: expect.objectContaining({ code: 'TOKEN_REFUSED' }) },
    ]);
  });

  it('keeps a token in a profile that is new', async () => {
    await using server = await testServer(POLLED);
    await using home = await tempFolder();
    const { exitCode } = await tokenNew(server, home.path, ['--profile', 'shop', '--scope', 'invoke']);
    expect(exitCode).toBe(0);
    const { document } = await drayJson(['token', 'info', '--profile', 'shop', '--json'], { cwd: home.path });
    expect(document).toMatchObject({ server: server.url, scopes: ['invoke'] });
  });

  it('keeps nothing where it was denied', async () => {
    await using server = await testServer(POLLED);
    await using home = await tempFolder();
    const { stderr, exitCode } = await tokenNew(server, home.path, [], 'denied');
    expect(exitCode).toBe(4);
    expect(stderr).toContain('Code: SIGN_IN_DENIED');
    await expect(stat(home.file('.dray.toml'))).rejects.toThrow('ENOENT');
  });

  it('takes a token from stdin, and keeps it only where the server accepts it', async () => {
    await using server = await testServer(POLLED);
    await using home = await tempFolder();
    const { id, secret } = await server.token('read', 'given');
    const args = ['token', 'set', '--token-id', id, '--server-url', server.url];
    const wrong = await dray(args, { cwd: home.path, input: 'ts-wrong\n' });
    expect([wrong.exitCode, wrong.stderr]).toEqual([4, expect.stringContaining('Code: TOKEN_REFUSED')]);
    await expect(stat(home.file('.dray.toml'))).rejects.toThrow('ENOENT');
    expect((await dray(args, { cwd: home.path, input: `${secret}\n` })).exitCode).toBe(0);
    const { document } = await drayJson(['token', 'info', '--json'], { cwd: home.path });
    expect(document).toMatchObject({ id, name: 'given' });
  });

  it('takes a token from DRAY_TOKEN_ID and DRAY_TOKEN_SECRET, and not from one of them alone', async () => {
    await using server = await testServer(POLLED);
    await using home = await tempFolder();
    const { id, secret } = await server.token('read', 'ci');
    const env = { DRAY_SERVER_URL: server.url, DRAY_TOKEN_ID: id };
    const args = ['token', 'info', '--json'];
    const both = await drayJson(args, { cwd: home.path, env: { ...env, DRAY_TOKEN_SECRET: secret } });
    expect(both.document).toMatchObject({ name: 'ci' });
    const one = await drayJson(args, { cwd: home.path, env });
    expect([one.exitCode, one.document]).toEqual([
      2,
      { error: expect.objectContaining({ code: 'TOKEN_INCOMPLETE' }) },
    ]);
  });
});
