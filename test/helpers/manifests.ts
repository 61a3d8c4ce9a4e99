/**
 * Manifests for tests: every default filled in, and what the test is about on top.
 */
import type { AppManifest, FunctionManifest } from '../../src/protocol/manifest.ts';

export function functionManifest(given: Partial<FunctionManifest> = {}): FunctionManifest {
  return {
    name: 'f',
    generator: false,
    runtime: 'node',
    image: { base: 'node:24-bookworm-slim', steps: [] },
    cpu: 0.125,
    memoryMiB: 128,
    env: {},
    secrets: [],
    timeoutMs: 300_000,
    startupTimeoutMs: 300_000,
    retries: { maxRetries: 0, initialDelayMs: 1000, maxDelayMs: 60_000, backoffCoefficient: 2 },
    minContainers: 0,
    bufferContainers: 0,
    scaledownWindowMs: 60_000,
    whenIdle: 'stop',
    singleUseContainers: false,
    concurrent: { maxInputs: 1, targetInputs: 1 },
    ...given,
  };
}

export function appManifest(...functions: Partial<FunctionManifest>[]): AppManifest {
  return { app: 'test', functions: functions.map(functionManifest) };
}
