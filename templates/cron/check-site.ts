/** How a site answered. */
export interface SiteCheck {
  readonly url: string;
  readonly ok: boolean;
  /** The status, or what went wrong. */
  readonly answer: string;
  readonly ms: number;
}

/** Longer than this is no answer. */
const PATIENCE_MS = 10_000;

/** Asks a site for its page. Never fails: a site that is down is a result. */
export async function checkSite(url: string): Promise<SiteCheck> {
  const start = performance.now();
  const checked = (ok: boolean, answer: string) => ({
    url,
    ok,
    answer,
    ms: Math.round(performance.now() - start),
  });
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
    await response.arrayBuffer();
    return checked(response.ok, String(response.status));
  } catch (error) {
    const { message, cause } = error as Error;
    return checked(false, cause instanceof Error && cause.message !== '' ? cause.message : message);
  }
}
