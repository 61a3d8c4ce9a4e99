/**
 * A Docker that is not there, may not be used, or goes away: as a user meets it.
 */
import { once } from 'node:events';
import { chmod } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { dray } from '../helpers/run-command.ts';
import { tempFolder } from '../helpers/temp-folder.ts';
import { dockerApp, newestEngine } from './docker-app.ts';

const APP = `import { App } from 'dray';
const app = new App('away');
export const main = app.function(async () => 'ran');
`;

/** Root may open every socket, until it lays that right down. */
const AS_OTHERS =
  process.getuid?.() === 0 ? ['setpriv', '--bounding-set', '-dac_override,-dac_read_search'] : [];

/** Mounting needs root, real or in a namespace. */
const AS_ROOT = process.getuid?.() === 0 ? [] : ['--map-root-user'];

it('says that the socket may not be used, and what to do', async () => {
  await using folder = await tempFolder({ 'app.ts': APP });
  const socket = folder.file('docker.sock');
  const server = createServer().listen(socket);
  await once(server, 'listening');
  try {
    await chmod(socket, 0);
    const { exitCode, stderr } = await dray(['run', 'app.ts'], {
      cwd: folder.path,
      env: { DOCKER_HOST: `unix://${socket}` },
      through: AS_OTHERS,
    });
    expect(exitCode).toBe(3);
    expect(stderr).toContain(socket);
    expect(stderr).toContain('usermod');
    expect(stderr).toContain('Code: DOCKER_PERMISSION_DENIED');
  } finally {
    server.close();
  }
});

it('runs in child processes where nobody chose a Docker and none is there, and says so in a line', async () => {
  await using folder = await tempFolder({ 'app.ts': APP });
  // A mount namespace of its own, in which /run holds no socket.
  const through = [
    'unshare',
    ...AS_ROOT,
    '--mount',
    'sh',
    '-c',
    'mount -t tmpfs none /run && exec "$@"',
    'sh',
  ];
  const options = { cwd: folder.path, through };
  const { exitCode, stdout, stderr } = await dray(['run', 'app.ts'], options);
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'ran\n' });
  expect(stderr).toMatch(/^note: no Docker answers at .*running in child processes.*\n$/);
  const forced = await dray(['run', '--backend', 'docker', 'app.ts'], options);
  expect(forced.exitCode).toBe(3);
  expect(forced.stderr).toContain('Code: DOCKER_UNREACHABLE');
});

it('ends with an error where Docker goes away amid a call', async () => {
  const engine = newestEngine();
  const target = new URL(engine.dockerHost);
  await using folder = await tempFolder();
  const socket = folder.file('proxy.sock');
  const open = new Set<Socket>();
  const proxy = createServer((near) => {
    const far =
      target.protocol === 'unix:' ? connect(target.pathname) : connect(Number(target.port), target.hostname);
    for (const end of [near, far]) {
      open.add(end);
      end.on('error', () => {});
    }
    near.pipe(far).pipe(near);
  }).listen(socket);
  await once(proxy, 'listening');
  await using app = await dockerApp(
    `export const waits = app.function(async () => { console.log('up'); await new Promise(() => { setInterval(() => {}, 1000); }); });`,
    {},
    { ...engine, dockerHost: `unix://${socket}` },
  );
  const run = app.start('-q', 'app.ts');
  await run.untilPrinted('up\n');
  proxy.close();
  for (const end of open) end.destroy();
  const { exitCode, stderr } = await run.ended;
  expect(exitCode).toBe(3);
  expect(stderr).toContain(`cannot reach Docker at unix://${socket}`);
  expect(stderr).toContain('Code: DOCKER_UNREACHABLE');
  // Its channel is closed, so it ends by itself, and Docker removes it.
  await using direct = await dockerApp('');
  while ((await direct.containersOf(app.name)).length > 0) await new Promise((wait) => setTimeout(wait, 100));
});
