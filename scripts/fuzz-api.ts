/**
 * `npm run fuzz:api`: sends what schemathesis makes of the OpenAPI document to a server of its own, and fails at a 5xx.
 *
 * It takes minutes, so it is no part of `npm test`. It needs Python 3 with venv; schemathesis is installed into a folder
 * that goes with the run. The seed is fixed, or the argument.
 *
 * Invariants
 * - the server, its data and what was installed are gone afterwards
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { runningServer } from '../src/server/server-record.ts';

const SCHEMATHESIS = 'schemathesis==4.32.5';
const SEED = process.argv[2] ?? '1';
/** An answer that takes longer is one that is followed, not one that hangs: `follow=true` has no end. */
const ANSWER_LIMIT_S = '5';

const folder = await mkdtemp(path.join(tmpdir(), 'dray-fuzz-'));
const data = path.join(folder, 'data');
const dray = path.join(import.meta.dirname, '../bin/run.js');
const env = { DRAY_DATA_DIR: data, DRAY_BACKEND: 'process', HOME: folder };
const server = execa(process.execPath, [dray, 'server', 'start', '--port', '0', '--quiet'], {
  env,
  reject: false,
});
try {
  const python = path.join(folder, 'venv');
  await execa('python3', ['-m', 'venv', python], { stdio: 'inherit' });
  await execa(path.join(python, 'bin/pip'), ['install', '-q', SCHEMATHESIS], { stdio: 'inherit' });
  let running = runningServer(data);
  for (; running === undefined; running = runningServer(data)) await delay(100);
  const { url, token } = running;
  const app = path.join(import.meta.dirname, '../test/fixtures/apps/talks.ts');
  await execa(process.execPath, [dray, 'deploy', app], { env, stdio: 'inherit' });
  const options = [
    ...['--header', `Authorization: Bearer ${token.id}.${token.secret}`, '--seed', SEED],
    ...['--checks', 'not_a_server_error', '--max-examples', '15', '--phases', 'coverage,fuzzing'],
    ...['--request-timeout', ANSWER_LIMIT_S],
    // What never ends by itself, and what builds images: both are tested by hand-written tests.
    ...['--exclude-path', '/v1/environments/{environment}/logs'],
    ...['--exclude-path', '/v1/environments/{environment}/apps/{app}/deployments'],
  ];
  const { exitCode } = await execa(
    path.join(python, 'bin/schemathesis'),
    ['run', `${url}/openapi.json`, ...options],
    { stdio: 'inherit', reject: false, cwd: folder },
  );
  process.exitCode = exitCode ?? 1;
} finally {
  server.kill('SIGTERM');
  await server;
  await rm(folder, { recursive: true, force: true });
}
