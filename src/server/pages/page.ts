/**
 * What every page for people is made of: the frame, its style, and the rules that the browser gets with it.
 *
 * Invariants
 * - a page loads nothing and runs nothing: no script, no image, no font, and its own style by its hash
 * - values are escaped where they are put in (hono/html)
 */
import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';

export type Markup = ReturnType<typeof html>;

const STYLE = `
:root { color-scheme: light dark; --line: #d0d5dd; --muted: #667085; --accent: #1d5fd0; --page: #f5f6f8; --card: #fff; --text: #101828; }
@media (prefers-color-scheme: dark) { :root { --line: #384152; --muted: #98a2b3; --accent: #6ea3ff; --page: #0d1117; --card: #161b22; --text: #e6edf3; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main { width: 100%; max-width: 27rem; background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 2rem; }
.brand { font-weight: 700; letter-spacing: .02em; margin: 0 0 1.25rem; color: var(--muted); }
h1 { font-size: 1.3rem; line-height: 1.3; margin: 0 0 .75rem; }
p { margin: 0 0 1rem; }
main > :last-child { margin-bottom: 0; }
a { color: var(--accent); }
.code { font: 600 1.75rem/1 ui-monospace, monospace; letter-spacing: .08em; text-align: center; padding: 1rem; margin: 0 0 1rem; border: 1px dashed var(--line); border-radius: 8px; }
dl { display: grid; grid-template-columns: auto 1fr; gap: .25rem 1rem; margin: 0 0 1.25rem; overflow-wrap: anywhere; }
dt { color: var(--muted); } dd { margin: 0; }
label { display: block; font-weight: 600; margin: 0 0 .35rem; }
input { width: 100%; font: 1rem ui-monospace, monospace; padding: .65rem .75rem; border: 1px solid var(--line); border-radius: 8px; background: transparent; color: inherit; margin: 0 0 1rem; }
.row { display: flex; gap: .75rem; }
button { flex: 1; font: 600 1rem system-ui, sans-serif; padding: .65rem 1rem; border-radius: 8px; border: 1px solid var(--accent); background: var(--accent); color: var(--card); cursor: pointer; }
button.quiet { background: transparent; color: inherit; border-color: var(--line); }
.problem { border-left: 4px solid #d92d20; padding: .25rem 0 .25rem .75rem; }
.aside { color: var(--muted); font-size: .875rem; margin: 1.25rem 0 0; }
.aside button { all: unset; color: var(--accent); cursor: pointer; text-decoration: underline; }
:focus-visible, .aside button:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 8px; }
@media (max-width: 26rem) { body { padding: .75rem; } main { padding: 1.25rem; } dl { grid-template-columns: 1fr; gap: 0; } dd { margin: 0 0 .5rem; } }
`;

/** Goes with every page. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

/** A whole page. */
export function page(title: string, content: Markup): Markup {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · dray</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<main>
<p class="brand">dray</p>
${content}
</main>
</body>
</html>`;
}
