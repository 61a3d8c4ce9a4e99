/**
 * A person at a browser: one page of a real Chromium, and a list of all that the page asked the network for.
 */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { inject } from 'vitest';
import './browser-setup.ts';

export interface Person extends AsyncDisposable {
  readonly page: Page;
  /** Addresses that were asked for, in order. */
  readonly requests: readonly string[];
  /** What the browser complained about: refused styles and scripts among it. */
  readonly complaints: readonly string[];
  /** Keeps a picture in the folder that DRAY_SCREENSHOTS names; elsewhere it is only taken. */
  picture(name: string): Promise<Buffer>;
}

/** Opens a browser. */
export async function person(options: BrowserContextOptions = {}): Promise<Person> {
  const { executable, env } = inject('browser');
  const browser = await chromium.launch({
    executablePath: executable,
    env: { ...process.env, ...env } as Record<string, string>,
    timeout: 120_000,
  });
  const context = await browser.newContext({ viewport: { width: 1_000, height: 720 }, ...options });
  const page = await context.newPage();
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // A refused form is answered with a status that the browser calls an error.
    if (!message.text().startsWith('Failed to load resource')) complaints.push(message.text());
  });
  return {
    ...{ page, requests, complaints },
    async picture(name) {
      const folder = process.env.DRAY_SCREENSHOTS;
      if (folder !== undefined) await mkdir(folder, { recursive: true });
      return page.screenshot(folder === undefined ? {} : { path: path.join(folder, `${name}.png`) });
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
}
