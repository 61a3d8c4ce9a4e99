import { describe, expect, it } from 'vitest';
import { newAdminCode } from '../../src/server/new-admin-code.ts';
import {
  type Asked,
  basic,
  browserOf,
  fieldsIn,
  GRANT,
  signedIn,
  type TestServer,
  testServer,
} from './test-server.ts';

async function ask(server: TestServer, fields: Record<string, string> = {}): Promise<Asked> {
  return (await (await server.form('/device/code', { client_id: 'dray', ...fields })).json()) as Asked;
}

interface Polled {
  readonly status: number;
  readonly error?: string;
  readonly access_token?: string;
  readonly token_id?: string;
  readonly token_secret?: string;
}

async function poll(server: TestServer, device_code: string): Promise<Polled> {
  const response = await server.form('/device/token', { grant_type: GRANT, device_code, client_id: 'dray' });
  const answer = (await response.json()) as Record<string, string>;
  return { ...answer, status: response.status } as Polled;
}

describe('the device flow', () => {
  it('gives a token once a person approved it, and once only', async () => {
    await using server = await testServer();
    const asked = await ask(server, { scope: 'read invoke', name: 'ada@laptop' });
    expect(asked).toEqual({
      device_code: expect.stringMatching(/^[\w-]{43}$/),
      user_code: expect.stringMatching(/^[B-Z]{4}-[B-Z]{4}$/),
      verification_uri: `${server.url}/device`,
      verification_uri_complete: `${server.url}/device?user_code=${asked.user_code}`,
      expires_in: 600,
      interval: 0,
    });
    expect(await poll(server, asked.device_code)).toMatchObject({
      status: 400,
      error: 'authorization_pending',
    });

    const browser = await signedIn(server.url, server.dataFolder);
    const page = await browser.get(`/device?user_code=${asked.user_code.toLowerCase().replace('-', ' ')}`);
    expect(page).toContain(`<p class="code">${asked.user_code}</p>`);
    expect(page).toContain('ada@laptop');
    expect(page).toMatch(/<b>invoke<\/b>.*<b>read<\/b>/s);
    const answer = await browser.post('/device/decision', { ...fieldsIn(page), decision: 'approved' });
    expect(await answer.text()).toContain('<h1>Approved</h1>');

    const token = await poll(server, asked.device_code);
    expect(token).toMatchObject({ status: 200, token_type: 'Bearer', scope: 'invoke read' });
    expect(token.access_token).toBe(`${token.token_id}.${token.token_secret}`);
    expect(await poll(server, asked.device_code)).toMatchObject({ status: 400, error: 'expired_token' });
    expect((await browser.send(`/device?user_code=${asked.user_code}`)).status).toBe(404);

    const both = [
      `Bearer ${token.access_token}`,
      basic({ id: token.token_id ?? '', secret: token.token_secret ?? '' }),
    ];
    for (const presented of both) {
      const own = await server.fetch('/v1/tokens/current', { token: presented });
      expect(await own.json()).toMatchObject({
        id: token.token_id,
        name: 'ada@laptop',
        scopes: ['invoke', 'read'],
      });
    }
  });

  it('gives none where it was denied', async () => {
    await using server = await testServer();
    const asked = await ask(server);
    const browser = await signedIn(server.url, server.dataFolder);
    const fields = fieldsIn(await browser.get(`/device?user_code=${asked.user_code}`));
    const answer = await browser.post('/device/decision', { ...fields, decision: 'denied' });
    expect(await answer.text()).toContain('<h1>Denied</h1>');
    expect(await poll(server, asked.device_code)).toMatchObject({ status: 400, error: 'access_denied' });
    const again = await browser.post('/device/decision', { ...fields, decision: 'approved' });
    expect(again.status).toBe(404);
    expect(await server.tokens()).toEqual([]);
  });

  it('refuses what RFC 8628 has no place for, in its words', async () => {
    await using server = await testServer();
    const refused = async (path: string, fields: Record<string, string>) => {
      const response = await server.form(path, fields);
      return [response.status, ((await response.json()) as { error: string }).error];
    };
    expect(await refused('/device/code', {})).toEqual([400, 'invalid_request']);
    expect(await refused('/device/code', { client_id: 'dray', scope: 'root' })).toEqual([
      400,
      'invalid_scope',
    ]);
    expect(await refused('/device/code', { client_id: 'dray', name: 'a\u0007b' })).toEqual([
      400,
      'invalid_request',
    ]);
    expect(await refused('/device/token', { client_id: 'dray', grant_type: 'password' })).toEqual([
      400,
      'invalid_request',
    ]);
    const grant = { client_id: 'dray', grant_type: GRANT, device_code: 'made-up' };
    expect(await refused('/device/token', grant)).toEqual([400, 'expired_token']);
    const json = await server.fetch('/device/code', {
      ...{ method: 'POST', token: null, body: '{"client_id":"dray"}' },
      headers: { 'content-type': 'application/json' },
    });
    expect([json.status, await json.json()]).toEqual([
      400,
      expect.objectContaining({ error: 'invalid_request' }),
    ]);
  });

  it('tells who polls too fast to slow down', async () => {
    await using server = await testServer({ device: { intervalMs: 3_600_000 } });
    const asked = await ask(server);
    expect(await poll(server, asked.device_code)).toMatchObject({ error: 'authorization_pending' });
    expect(await poll(server, asked.device_code)).toMatchObject({ status: 400, error: 'slow_down' });
  });

  it('gives no more codes to one address than a person needs', async () => {
    await using server = await testServer();
    const statuses: number[] = [];
    for (let asked = 0; asked < 60; asked++) {
      statuses.push((await server.form('/device/code', { client_id: 'dray' })).status);
    }
    expect(statuses.slice(0, 20)).toEqual(Array(20).fill(200));
    expect(statuses).toContain(429);
  });

  it('sends people where they can reach the server', async () => {
    await using server = await testServer({ publicUrl: 'https://dray.example.com' });
    expect((await ask(server)).verification_uri).toBe('https://dray.example.com/device');
    const { headers } = await server.fetch('/device', { token: null });
    expect(headers.getSetCookie()).toEqual([expect.stringMatching(/Secure/)]);
  });
});

describe('the sign-in page', () => {
  it('shows nothing but a question for the admin code without a session', async () => {
    await using server = await testServer();
    const { user_code } = await ask(server, { name: 'somebody' });
    const browser = browserOf(server.url);
    for (const code of [user_code, 'BBBB-BBBB']) {
      const page = await browser.get(`/device?user_code=${code}`);
      expect(page).toContain('One-time admin code');
      expect(page).not.toContain('somebody');
    }
  });

  it('takes the code that the first start gave, once', async () => {
    await using server = await testServer();
    const code = server.server.adminCode ?? '';
    expect(code).toMatch(/^(?:[0-9A-Z]{5}-){3}[0-9A-Z]{5}$/);
    const browser = browserOf(server.url);
    const fields = fieldsIn(await browser.get('/device?user_code=BBBB-CCCC'));
    const first = await browser.post('/device/sign-in', { ...fields, admin_code: ` ${code.toLowerCase()} ` });
    expect([first.status, first.headers.get('location')]).toEqual([303, '/device?user_code=BBBB-CCCC']);
    expect(await browser.get('/device')).toContain('Enter the code that your terminal shows');
    const other = browserOf(server.url);
    const again = await other.post('/device/sign-in', {
      ...fieldsIn(await other.get('/device')),
      admin_code: code,
    });
    expect(again.status).toBe(403);
    expect(await again.text()).toContain('used already');
  });

  it('signs a browser out for good', async () => {
    await using server = await testServer();
    const browser = await signedIn(server.url, server.dataFolder);
    const secret = browser.cookies.get('dray_session') ?? '';
    const fields = fieldsIn(await browser.get('/device'));
    expect((await browser.post('/device/sign-out', fields)).status).toBe(303);
    expect(browser.cookies.has('dray_session')).toBe(false);
    browser.cookies.set('dray_session', secret);
    expect(await browser.get('/device')).toContain('One-time admin code');
  });

  it('keeps its cookies from scripts and from other sites', async () => {
    await using server = await testServer();
    const browser = browserOf(server.url);
    const opened = await browser.send('/device');
    expect(opened.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^dray_form=.*HttpOnly; SameSite=Strict$/),
    ]);
    const fields = fieldsIn(await opened.text());
    const code = await newAdminCode(server.dataFolder);
    const signed = await browser.post('/device/sign-in', { ...fields, admin_code: code });
    expect(signed.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^dray_session=.*HttpOnly; SameSite=Lax$/),
    ]);
  });

  it.each([
    ['without the token of a form', (fields: object) => ({ ...fields, form_token: '' }), {}],
    [
      'with the token of another browser',
      (fields: object) => ({ ...fields, form_token: 'x'.repeat(43) }),
      {},
    ],
    ['that another site sends', (fields: object) => fields, { 'sec-fetch-site': 'cross-site' }],
    ['that a neighbouring site sends', (fields: object) => fields, { 'sec-fetch-site': 'same-site' }],
  ])('refuses a decision %s', async (_, change, headers) => {
    await using server = await testServer();
    const { user_code, device_code } = await ask(server);
    const browser = await signedIn(server.url, server.dataFolder);
    const fields = fieldsIn(await browser.get(`/device?user_code=${user_code}`));
    const forged = { ...change(fields), decision: 'approved' } as Record<string, string>;
    expect((await browser.post('/device/decision', forged, headers)).status).toBe(403);
    expect(await poll(server, device_code)).toMatchObject({ error: 'authorization_pending' });
    const meant = await browser.post('/device/decision', { ...fields, decision: 'approved' });
    expect(meant.status).toBe(200);
  });

  it('refuses a decision of who is not signed in', async () => {
    await using server = await testServer();
    const { user_code, device_code } = await ask(server);
    const browser = browserOf(server.url);
    const fields = fieldsIn(await browser.get(`/device?user_code=${user_code}`));
    expect((await browser.post('/device/decision', { ...fields, decision: 'approved' })).status).toBe(403);
    expect(await poll(server, device_code)).toMatchObject({ error: 'authorization_pending' });
  });

  it('lets nobody try many codes, of neither kind', async () => {
    await using server = await testServer();
    const browser = browserOf(server.url);
    const fields = fieldsIn(await browser.get('/device'));
    const tries: number[] = [];
    for (let tried = 0; tried < 30; tried++) {
      tries.push((await browser.post('/device/sign-in', { ...fields, admin_code: `GUESS-${tried}` })).status);
    }
    expect(tries.slice(0, 10)).toEqual(Array(10).fill(403));
    expect(tries).toContain(429);
  });

  it('loads nothing, runs nothing, and escapes what it shows', async () => {
    await using server = await testServer();
    const name = '<script>alert(1)</script>"\'&';
    const { user_code } = await ask(server, { name });
    const browser = await signedIn(server.url, server.dataFolder);
    const response = await browser.send(`/device?user_code=${user_code}`);
    expect(response.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/=]+'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'$/,
    );
    const page = await response.text();
    expect(page).not.toMatch(/<script|src=|<link|url\(|https?:/);
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;');
    expect(await browser.get('/device?user_code=%22%3E%3Cb%3E')).not.toContain('"><b>');
  });

  it('takes no form that is longer than its fields can be', async () => {
    await using server = await testServer();
    const browser = browserOf(server.url);
    const fields = { ...fieldsIn(await browser.get('/device')), admin_code: 'x'.repeat(10_000) };
    expect((await browser.post('/device/sign-in', fields)).status).toBe(413);
  });
});
