/**
 * Writes what is given for a route as the parts of a request: its address, its body. Pure.
 */
import type { ApiRoute } from '../protocol/api/api-route.ts';

/** What is given for any route, its types aside. */
export interface GivenValues {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

/** The path with its names filled in, and the query: a list as one field several times, what is undefined left out. */
export function requestAddress({ path }: ApiRoute, { params = {}, query = {} }: GivenValues): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, key: string) => encodeURIComponent(params[key] ?? ''));
  const fields = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    for (const one of [value].flat()) if (one !== undefined) fields.append(key, String(one));
  }
  return fields.size === 0 ? filled : `${filled}?${fields}`;
}

/** Body and headers. */
export function requestContent(
  { encoding = 'json' }: ApiRoute,
  { body }: GivenValues,
): Pick<RequestInit, 'body' | 'duplex'> & { readonly headers?: Record<string, string> } {
  if (body === undefined) return {};
  switch (encoding) {
    case 'form':
      return {
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(body as Record<string, string>).toString(),
      };
    case 'json':
      return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    case 'bytes':
      return {
        headers: { 'content-type': 'application/octet-stream' },
        body: body as RequestInit['body'] & {},
        ...(!(body instanceof Uint8Array) && { duplex: 'half' }),
      };
  }
}
