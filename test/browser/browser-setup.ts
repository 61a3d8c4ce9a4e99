/**
 * Gives the browser project its Chromium: `inject('browser')` is what to start. It says on stderr which one that is.
 */
import type { TestProject } from 'vitest/node';
import { type Browser, findBrowser } from '../lab/browser-source.ts';

declare module 'vitest' {
  interface ProvidedContext {
    browser: Browser;
  }
}

/** Finds the browser, or fails the project. */
export async function setup(project: TestProject): Promise<void> {
  const browser = await findBrowser((line) => console.error(`browser: ${line}`));
  console.error(`browser: tests run in ${browser.version} (${browser.executable})`);
  project.provide('browser', browser);
}
