import { defineConfig } from 'vitest/config';

/**
 * Suites by what they need: `unit` nothing, `store` files and processes, `package` a build of its own, `cli` the built
 * program, `docker` a Docker engine (see test/lab).
 *
 * Suites that start processes and containers try a test again before they call it failed: a loaded machine can end what it
 * likes. scripts/test.ts tells which tests needed it.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts', 'test/architecture/*.test.ts'],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'store',
          include: ['test/store/**/*.test.ts'],
          testTimeout: 600_000,
        },
      },
      {
        test: {
          name: 'package',
          include: ['test/architecture/package/**/*.test.ts'],
          globalSetup: ['test/architecture/package/built-copy.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: 'cli',
          include: ['test/cli/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          retry: 2,
          disableConsoleIntercept: true,
        },
      },
      {
        test: {
          name: 'docker',
          include: ['test/docker/**/*.test.ts', 'test/e2e/**/*.test.ts'],
          globalSetup: ['test/lab/vitest-setup.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          retry: 2,
          fileParallelism: false,
        },
      },
    ],
  },
});
