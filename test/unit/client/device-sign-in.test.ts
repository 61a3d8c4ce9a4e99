import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { deviceSignIn } from '../../../src/client/device-sign-in.ts';
import { ServerClient } from '../../../src/client/server-client.ts';
import { errorOf } from '../runtime/app/temp-app.ts';

const CODE = {
  ...{ device_code: 'd', user_code: 'BBBB-CCCC', verification_uri: 'http://s/device' },
  ...{ verification_uri_complete: 'http://s/device?user_code=BBBB-CCCC', expires_in: 600, interval: 2 },
};
const TOKEN = {
  ...{ access_token: 'tk.ts', token_type: 'Bearer', scope: 'read' },
  ...{ token_id: 'tk', token_secret: 'ts' },
};

/** A server that answers polls with these, one after another, and what was asked of it. */
async function serverOf(...answers: (string | object)[]) {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    asked.push(`${request.url} ${await text(request)}`);
    const answer = request.url === '/device/code' ? CODE : answers.shift();
    const isError = typeof answer === 'string';
    response.writeHead(isError ? 400 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(isError ? { error: answer, error_description: 'why' } : answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return {
    asked,
    client: new ServerClient({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` }),
  };
}

async function signIn(client: ServerClient) {
  const waits: number[] = [];
  const token = deviceSignIn(client, {
    ...{ name: 'ada', scopes: ['read'], onCode: () => {} },
    sleep: async (ms) => void waits.push(ms),
  });
  return { waits, token: await token };
}

describe('signing in by a code', () => {
  it('polls as often as the server allows, and slower from when it is told to', async () => {
    const { client, asked } = await serverOf(
      'authorization_pending',
      'slow_down',
      'authorization_pending',
      'slow_down',
      TOKEN,
    );
    const { waits, token } = await signIn(client);
    expect(token).toEqual(TOKEN);
    expect(waits).toEqual([2_000, 2_000, 7_000, 7_000, 12_000]);
    expect(asked[0]).toBe('/device/code client_id=dray&scope=read&name=ada');
    expect(asked[1]).toBe(
      '/device/token grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code=d&client_id=dray',
    );
  });

  it.each([
    ['access_denied', 'SIGN_IN_DENIED', 4],
    ['expired_token', 'SIGN_IN_EXPIRED', 4],
    ['invalid_request', 'SIGN_IN_REFUSED', 4],
    ['temporarily_unavailable', 'SIGN_IN_BUSY', 3],
  ])('ends at %s with %s', async (answer, code, exitCode) => {
    const { client } = await serverOf('authorization_pending', answer);
    expect(await errorOf(signIn(client))).toMatchObject({ code, exitCode });
  });

  it('says so where something else answers, or nothing does', async () => {
    const { client } = await serverOf({ hello: 'world' });
    expect(await errorOf(signIn(client))).toMatchObject({ code: 'SERVER_UNKNOWN', exitCode: 3 });
    const nobody = new ServerClient({ url: 'http://127.0.0.1:1' });
    expect(await errorOf(signIn(nobody))).toMatchObject({ code: 'SERVER_UNREACHABLE', exitCode: 3 });
  });
});
