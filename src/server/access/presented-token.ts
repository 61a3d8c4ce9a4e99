/**
 * Reads the token that a request presents: `Basic` with id and secret, as `curl --user` sends them, or `Bearer` with
 * both and a dot between. Pure.
 */
import type { IssuedToken } from './token-authority.ts';

/** The token of an Authorization header; undefined where it holds none. */
export function presentedToken(header: string | undefined): IssuedToken | undefined {
  const [, scheme = '', value = ''] = /^(Basic|Bearer) +(\S+)$/i.exec(header ?? '') ?? [];
  if (scheme.toLowerCase() === 'basic') return parts(Buffer.from(value, 'base64').toString('utf8'), ':');
  return scheme === '' ? undefined : parts(value, '.');
}

/** As the `Bearer` form has it. */
export function bearerText({ id, secret }: IssuedToken): string {
  return `${id}.${secret}`;
}

function parts(text: string, separator: string): IssuedToken | undefined {
  const at = text.indexOf(separator);
  return at < 1 ? undefined : { id: text.slice(0, at), secret: text.slice(at + 1) };
}
