/**
 * The pages on which a person approves a token, each as a function of what it shows. Pure.
 */
import { html } from 'hono/html';
import type { DeviceRequest } from '../access/device-requests.ts';
import { type Markup, page } from './page.ts';

/** What a form has to send back to be believed. */
export interface FormState {
  readonly formToken: string;
  readonly userCode: string;
  /** Why the last try led back here. */
  readonly problem?: string | undefined;
}

const MEANING = {
  deploy: 'everything: deploy and stop apps, call functions, read',
  invoke: 'call functions',
  read: 'read what is there, logs included',
} as const;

/** Asks for the one-time code that opens a session. */
export function signInPage(state: FormState): Markup {
  return page(
    'Sign in',
    html`<h1>Sign in to this server</h1>
${problem(state)}
${state.userCode === '' ? '' : html`<p>You are about to approve this code:</p>${code(state.userCode)}`}
<form method="post" action="/device/sign-in">${hidden(state)}
<label for="admin_code">One-time admin code</label>
<input id="admin_code" name="admin_code" autocomplete="off" autocapitalize="characters" spellcheck="false" required autofocus>
<div class="row"><button>Sign in</button></div>
</form>
<p class="aside">The server printed it when it first started. For another one, run <code>dray server admin-code</code> on its machine.</p>`,
  );
}

/** Asks for the code that the terminal shows. */
export function enterCodePage(state: FormState): Markup {
  return page(
    'Enter the code',
    html`<h1>Enter the code that your terminal shows</h1>
${problem(state)}
<form method="get" action="/device">
<label for="user_code">Code</label>
<input id="user_code" name="user_code" placeholder="BCDF-GHJK" autocomplete="off" autocapitalize="characters" spellcheck="false" required autofocus>
<div class="row"><button>Go on</button></div>
</form>
${signOut(state)}`,
  );
}

/** Asks for the decision. */
export function decidePage(state: FormState, request: DeviceRequest): Markup {
  return page(
    'Approve a token',
    html`<h1>Give a token to this program?</h1>
<p>Approve only if your own terminal shows the same code now.</p>
${code(request.userCode)}
<dl>
<dt>For</dt><dd>${request.name}</dd>
<dt>Asked from</dt><dd>${request.address}</dd>
<dt>May</dt><dd>${request.scopes.map((scope) => html`<div><b>${scope}</b>: ${MEANING[scope]}</div>`)}</dd>
</dl>
<form method="post" action="/device/decision">${hidden(state)}
<div class="row"><button name="decision" value="approved">Approve</button><button class="quiet" name="decision" value="denied">Deny</button></div>
</form>
${signOut(state)}`,
  );
}

/** Says what was decided. */
export function decidedPage(decision: 'approved' | 'denied'): Markup {
  return decision === 'approved'
    ? page(
        'Approved',
        html`<h1>Approved</h1><p>Your terminal goes on by itself. You can close this page.</p>`,
      )
    : page('Denied', html`<h1>Denied</h1><p>No token was made. You can close this page.</p>`);
}

/** Says that something did not work. */
export function problemPage(text: string): Markup {
  return page(
    'This did not work',
    html`<h1>This did not work</h1><p class="problem" role="alert">${text}</p>
<p><a href="/device">Begin again</a></p>`,
  );
}

function problem({ problem: text }: FormState): Markup | '' {
  return text === undefined ? '' : html`<p class="problem" role="alert">${text}</p>`;
}

function code(userCode: string): Markup {
  return html`<p class="code">${userCode}</p>`;
}

function hidden({ formToken, userCode }: FormState): Markup {
  return html`<input type="hidden" name="form_token" value="${formToken}"><input type="hidden" name="user_code" value="${userCode}">`;
}

function signOut(state: FormState): Markup {
  return html`<form method="post" action="/device/sign-out" class="aside">${hidden(state)}<button>Sign out of this browser</button></form>`;
}
