/**
 * `dray token new` and a person who decides in a real browser.
 */
import { readFile, stat } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { drayJson, startDray } from '../helpers/run-command.ts';
import { type TempFolder, tempFolder } from '../helpers/temp-folder.ts';
import { type TestServer, testServer } from '../server/test-server.ts';
import { person } from './person.ts';

/** Seconds between polls are whole: the command asks once a second. */
const POLLED = { intervalMs: 1 };

/** A `dray token new` that waits for a decision. */
async function tokenNew(
  server: TestServer,
  home: TempFolder,
  args: readonly string[] = [],
  name = 'ada@laptop',
) {
  const env = { DRAY_SERVER_URL: server.url };
  const command = startDray(['token', 'new', '--name', name, ...args], { cwd: home.path, env });
  const printed = await command.untilPrinted('Waiting');
  const [address = ''] = /http\S+/.exec(printed) ?? [];
  const [code = ''] = /[B-Z]{4}-[B-Z]{4}/.exec(printed) ?? [];
  return { address, code, ended: command.ended };
}

describe('signing in with a browser', () => {
  it.each(['light', 'dark'] as const)('approves a token, in %s colours', async (colorScheme) => {
    await using server = await testServer({ device: POLLED });
    await using home = await tempFolder();
    const { address, code, ended } = await tokenNew(server, home, ['--scope', 'invoke', '--scope', 'read']);
    await using ada = await person({ colorScheme });
    const { page } = ada;
    await page.goto(address);
    await ada.picture(`sign-in-${colorScheme}`);
    expect(await page.getByRole('heading').textContent()).toBe('Sign in to this server');
    await page.getByLabel('One-time admin code').fill('WRONG-CODE');
    await page.getByRole('button', { name: 'Sign in' }).click();
    expect(await page.getByRole('alert').textContent()).toContain('not the admin code');
    await ada.picture(`wrong-code-${colorScheme}`);
    await page.getByLabel('One-time admin code').fill(server.server.adminCode ?? '');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Give a token to this program?' }).waitFor();
    await ada.picture(`decide-${colorScheme}`);
    expect(await page.locator('.code').textContent()).toBe(code);
    const shown = await page.locator('main').textContent();
    for (const part of ['ada@laptop', 'invoke: call functions', 'read: read what is there']) {
      expect(shown).toContain(part);
    }
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByRole('heading', { name: 'Approved' }).waitFor();
    await ada.picture(`approved-${colorScheme}`);

    expect(await ended).toMatchObject({ exitCode: 0 });
    const { document } = await drayJson(['token', 'info', '--json'], { cwd: home.path });
    expect(document).toMatchObject({ name: 'ada@laptop', scopes: ['invoke', 'read'] });
    expect(await readFile(home.file('.dray.toml'), 'utf8')).toMatch(/^token_secret = "ts-/m);
    expect(ada.complaints).toEqual([]);
    expect(ada.requests.filter((url) => !url.startsWith(`${server.url}/`))).toEqual([]);
  });

  it('denies a token', async () => {
    await using server = await testServer({ device: POLLED });
    await using home = await tempFolder();
    const { address, ended } = await tokenNew(server, home);
    await using ada = await person();
    const { page } = ada;
    await page.goto(address);
    await page.getByLabel('One-time admin code').fill(server.server.adminCode ?? '');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Deny' }).click();
    await page.getByRole('heading', { name: 'Denied' }).waitFor();
    await ada.picture('denied');
    const { exitCode, stderr } = await ended;
    expect([exitCode, stderr]).toEqual([4, expect.stringContaining('Code: SIGN_IN_DENIED')]);
    await expect(stat(home.file('.dray.toml'))).rejects.toThrow('ENOENT');
  });

  it('approves nothing that has expired, and says so on both sides', async () => {
    let laterMs = 0;
    await using server = await testServer({ device: { ...POLLED, now: () => Date.now() + laterMs } });
    await using home = await tempFolder();
    const { address, ended } = await tokenNew(server, home);
    await using ada = await person();
    const { page } = ada;
    await page.goto(address);
    await page.getByLabel('One-time admin code').fill(server.server.adminCode ?? '');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Approve' }).waitFor();
    laterMs = 10 * 60_000;
    await page.getByRole('button', { name: 'Approve' }).click();
    expect(await page.getByRole('alert').textContent()).toContain('It expired, or was decided already');
    await ada.picture('expired');
    const { exitCode, stderr } = await ended;
    expect([exitCode, stderr]).toEqual([4, expect.stringContaining('Code: SIGN_IN_EXPIRED')]);
    expect(await server.tokens()).toEqual([]);
  });

  it('needs neither a mouse nor scripts', async () => {
    await using server = await testServer({ device: POLLED });
    await using home = await tempFolder();
    const { code, ended } = await tokenNew(server, home);
    await using ada = await person({ javaScriptEnabled: false });
    const { page } = ada;
    const { keyboard } = page;
    const focused = async () =>
      page.locator(':focus').evaluate((element) => element.id || element.textContent);
    await page.goto(`${server.url}/device`);
    expect(await focused()).toBe('admin_code');
    await keyboard.type(server.server.adminCode ?? '');
    await keyboard.press('Enter');
    await page.getByLabel('Code', { exact: true }).waitFor();
    expect(await focused()).toBe('user_code');
    await ada.picture('enter-code');
    await keyboard.type(code.toLowerCase());
    await keyboard.press('Enter');
    await page.getByRole('button', { name: 'Approve' }).waitFor();
    const passed: string[] = [];
    for (let presses = 0; presses < 3; presses++) {
      await keyboard.press('Tab');
      passed.push(await focused());
      expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    }
    await ada.picture('focus');
    expect(passed).toEqual(['Approve', 'Deny', 'Sign out of this browser']);
    await keyboard.press('Shift+Tab');
    await keyboard.press('Shift+Tab');
    await keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Approved' }).waitFor();
    expect(await ended).toMatchObject({ exitCode: 0 });
  });

  it('fits a narrow screen, whatever the name', async () => {
    await using server = await testServer({ device: POLLED });
    await using home = await tempFolder();
    const { address } = await tokenNew(server, home, [], 'a-very-long-name'.repeat(4));
    await using ada = await person({ viewport: { width: 320, height: 640 } });
    const { page } = ada;
    await page.goto(address);
    await page.getByLabel('One-time admin code').fill(server.server.adminCode ?? '');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Approve' }).waitFor();
    await ada.picture('narrow');
    const wide = await page.evaluate('document.documentElement.scrollWidth');
    expect(wide).toBe(320);
  });

  it('runs no script that somebody puts into it', async () => {
    await using server = await testServer({ device: POLLED });
    await using ada = await person();
    await ada.page.goto(`${server.url}/device`);
    const put = ada.page.evaluate(`{
      const script = document.createElement('script');
      script.textContent = 'document.title = "taken"';
      document.body.append(script);
      document.title;
    }`);
    expect(await put).toBe('Sign in · dray');
    await expect.poll(() => ada.complaints).toEqual([expect.stringContaining('Content Security Policy')]);
  });
});
