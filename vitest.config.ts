import { defineConfig } from 'vitest/config';

/**
 * Suites by what they need: `unit` nothing, `store` files and processes, `server` ports, `browser` a Chromium,
 * `package` a build of its own, `cli` the built program, `docker` a Docker engine (see test/lab).
 *
 * A loaded machine can end or delay what it likes, so limits are generous and a test is tried again before it is called
 * failed. scripts/test.ts tells which tests needed that.
 */
const PATIENT = {
  testTimeout: 300_000,
  hookTimeout: 300_000,
  retry: 2,
  expect: { poll: { timeout: 120_000 } },
};

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'test/unit/**/*.test.ts',
            'test/architecture/*.test.ts',
            'test/lab/*.test.ts',
            'test/python/**/*.test.ts',
          ],
          ...PATIENT,
        },
      },
      {
        test: {
          name: 'store',
          include: ['test/store/**/*.test.ts'],
          ...PATIENT,
          testTimeout: 600_000,
        },
      },
      {
        test: {
          name: 'server',
          include: ['test/server/**/*.test.ts'],
          ...PATIENT,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          globalSetup: ['test/browser/browser-setup.ts'],
          ...PATIENT,
        },
      },
      {
        test: {
          name: 'package',
          include: ['test/architecture/package/**/*.test.ts'],
          globalSetup: ['test/architecture/package/built-copy.ts'],
          ...PATIENT,
        },
      },
      {
        test: {
          name: 'cli',
          include: ['test/cli/**/*.test.ts'],
          ...PATIENT,
          disableConsoleIntercept: true,
        },
      },
      {
        test: {
          name: 'docker',
          include: ['test/docker/**/*.test.ts', 'test/e2e/**/*.test.ts'],
          globalSetup: ['test/lab/vitest-setup.ts'],
          ...PATIENT,
          fileParallelism: false,
        },
      },
    ],
  },
});
