/**
 * The pages on which a person signs in and approves or denies a token (RFC 8628 §3.3), and the forms they send.
 *
 * Invariants
 * - whether a code exists is told to nobody without a session
 * - a decision needs a session and a form of ours; a wrong code of either kind costs a try
 */
import type { Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { DeviceRequests } from '../access/device-requests.ts';
import type { RateLimit } from '../access/rate-limit.ts';
import { SESSION_MS, type SignIn } from '../access/sign-in.ts';
import { clientAddress } from '../client-address.ts';
import { decidedPage, decidePage, enterCodePage, problemPage, signInPage } from './device-views.ts';
import { FormGuard } from './form-guard.ts';
import { CONTENT_SECURITY_POLICY, type Markup } from './page.ts';

const COOKIE = 'dray_session';
const FORM_LIMIT_BYTES = 4_096;

export interface DevicePageParts {
  readonly requests: DeviceRequests;
  readonly signIn: SignIn;
  /** Of codes, by address. */
  readonly tries: RateLimit;
  readonly publicUrl: string | undefined;
}

/** Adds the pages to `app`. */
export function bindDevicePages(app: Hono, { requests, signIn, tries, publicUrl }: DevicePageParts): void {
  const secure = publicUrl?.startsWith('https:') ?? false;
  const guard = new FormGuard({ secure });
  const session = { path: '/device', httpOnly: true, sameSite: 'Lax', secure } as const;
  const limit = bodyLimit({
    maxSize: FORM_LIMIT_BYTES,
    onError: (c) => show(c, problemPage('That was too long.'), 413),
  });

  app.get('/device', async (c) => {
    const userCode = c.req.query('user_code') ?? '';
    const state = { formToken: guard.token(c), userCode };
    if (!(await signIn.isOpen(getCookie(c, COOKIE)))) return show(c, signInPage(state));
    if (userCode === '') return show(c, enterCodePage(state));
    const request = requests.find(userCode);
    if (request !== undefined) return show(c, decidePage({ ...state, userCode: request.userCode }, request));
    if (tries.take(clientAddress(c)) > 0) return tooMany(c);
    return show(c, enterCodePage({ ...state, problem: UNKNOWN_CODE }), 404);
  });

  app.post('/device/sign-in', limit, async (c) => {
    const form = await fieldsOf(c);
    if (!guard.isOurs(c, form('form_token'))) return show(c, problemPage(OLD_FORM), 403);
    if (tries.take(clientAddress(c)) > 0) return tooMany(c);
    const secret = await signIn.open(form('admin_code'));
    if (secret === undefined) {
      const state = { formToken: guard.token(c), userCode: form('user_code'), problem: WRONG_CODE };
      return show(c, signInPage(state), 403);
    }
    setCookie(c, COOKIE, secret, { ...session, maxAge: SESSION_MS / 1_000 });
    return c.redirect(`/device?${new URLSearchParams({ user_code: form('user_code') })}`, 303);
  });

  app.post('/device/decision', limit, async (c) => {
    const form = await fieldsOf(c);
    if (!guard.isOurs(c, form('form_token'))) return show(c, problemPage(OLD_FORM), 403);
    if (!(await signIn.isOpen(getCookie(c, COOKIE)))) return show(c, problemPage(SIGNED_OUT), 403);
    const decision = form('decision') === 'approved' ? 'approved' : 'denied';
    const isDecided = requests.decide(form('user_code'), decision);
    return isDecided ? show(c, decidedPage(decision)) : show(c, problemPage(UNKNOWN_CODE), 404);
  });

  app.post('/device/sign-out', limit, async (c) => {
    const form = await fieldsOf(c);
    if (!guard.isOurs(c, form('form_token'))) return show(c, problemPage(OLD_FORM), 403);
    await signIn.close(getCookie(c, COOKIE) ?? '');
    deleteCookie(c, COOKIE, session);
    return c.redirect('/device', 303);
  });
}

const UNKNOWN_CODE = 'No request waits under this code. It expired, or was decided already.';
const WRONG_CODE = 'This is not the admin code, or it was used already.';
const OLD_FORM = 'This page was too old, or not from this server.';
const SIGNED_OUT = 'You are signed out.';

function tooMany(c: Context): Response | Promise<Response> {
  return show(c, problemPage('Too many tries. Wait a minute.'), 429);
}

function show(
  c: Context,
  page: Markup,
  status: 200 | 403 | 404 | 413 | 429 = 200,
): Response | Promise<Response> {
  c.header('content-security-policy', CONTENT_SECURITY_POLICY);
  c.header('cache-control', 'no-store');
  return c.html(page, status);
}

async function fieldsOf(c: Context): Promise<(name: string) => string> {
  const fields = new URLSearchParams(await c.req.text());
  return (name) => fields.get(name) ?? '';
}
