/**
 * `dray deploy` from elsewhere: with nothing but the address of a server and a token.
 */
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { AppHistoryResult } from '../../../src/commands/app/history.ts';
import type { AppListResult } from '../../../src/commands/app/list.ts';
import type { DeployPlanResult, DeployResult } from '../../../src/commands/deploy.ts';
import { deployServer, helloApp } from '../../helpers/deploy-server.ts';

const plain = (text: string, url: string) => text.replaceAll(url, 'URL').replace(/\(\d+\.\d s\)/, '(TIME)');

describe('dray deploy', () => {
  it('has the server keep the app running, and says what it did', async () => {
    await using at = await deployServer({ 'app.ts': helloApp('Hello') });
    const { stdout, stderr, exitCode } = await at.dray('deploy', 'app.ts');
    expect({ stdout: plain(stdout, at.server.url), exitCode }).toEqual({
      stdout: '+ greet\n+ add\nDeployed hello version 1 in main at URL (TIME)\n',
      exitCode: 0,
    });
    expect(stderr).toMatch(/^sending \d files?, [\d.]+ KiB\n$/);
    expect(await at.call('hello', 'greet', 'Ada')).toBe('Hello Ada');
    expect(at.server.defects).toEqual([]);
  });

  it('does nothing where nothing changed, and sends nothing', async () => {
    await using at = await deployServer({ 'app.ts': helloApp('Hello') });
    await at.dray('deploy', 'app.ts');
    const { stdout, stderr, exitCode } = await at.dray('deploy', 'app.ts');
    expect({ stdout: plain(stdout, at.server.url), stderr, exitCode }).toEqual({
      stdout: 'Nothing changed: hello version 1 serves in main at URL\n',
      stderr: '',
      exitCode: 0,
    });
    const { document } = await at.json<DeployResult>('deploy', 'app.ts');
    expect(document).toMatchObject({ changed: false, version: 1, sent: { blobs: 0, bytes: 0 } });
  });

  it('says which functions changed, and in what; the new code serves from then on', async () => {
    await using at = await deployServer({ 'app.ts': helloApp('Hello') });
    await at.dray('deploy', 'app.ts');
    await at.call('hello', 'greet', 'Ada');
    await at.write('app.ts', helloApp('Good day,', '{ timeoutMs: 60_000 }'));
    const { document } = await at.json<DeployResult>('deploy', 'app.ts');
    expect(document).toMatchObject({
      ...{ app: 'hello', environment: 'main', version: 2, previous: 1, changed: true, dryRun: false },
      server: at.server.url,
    });
    const greet = document.functions.find(({ name }) => name === 'greet');
    expect(greet).toMatchObject({ change: 'changed', fields: expect.arrayContaining(['code', 'timeoutMs']) });
    expect(await at.call('hello', 'greet', 'Ada')).toBe('Good day, Ada');
  });

  it('says in a dry run what would change, and changes nothing', async () => {
    await using at = await deployServer({ 'app.ts': helloApp('Hello') });
    const first = await at.dray('deploy', '--dry-run', 'app.ts');
    expect(first).toMatchObject({
      exitCode: 0,
      stdout: '+ greet\n+ add\nWould deploy hello in main, a first version\n',
    });
    await at.dray('deploy', 'app.ts');
    await at.write('app.ts', helloApp('Hello').replace(/export const add.*\n/, ''));
    const { document } = await at.json<DeployPlanResult>('deploy', '--dry-run', 'app.ts');
    expect(document).toMatchObject({ dryRun: true, current: 1, changed: true });
    expect(document.functions).toContainEqual({
      name: 'add',
      change: 'removed',
      fields: [],
      replaced: false,
    });
    const { document: history } = await at.json<AppHistoryResult>('app', 'history', 'hello');
    expect(history.deployments.map(({ version }) => version)).toEqual([1]);
  });

  it('records the commit, whether files differ from it, the tag, and whose token it was', async () => {
    await using at = await deployServer({ 'app.ts': helloApp('Hello'), '.gitignore': '.*\n' });
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
        cwd: at.cwd,
        env: { PATH: process.env.PATH, HOME: at.cwd },
        encoding: 'utf8',
      }).trim();
    git('init', '-q');
    git('add', '.');
    git('commit', '-qm', 'first');
    await at.dray('deploy', '--tag', 'v1.0', 'app.ts');
    await at.write('app.ts', helloApp('Hi'));
    await at.dray('deploy', 'app.ts');
    const { document } = await at.json<AppHistoryResult>('app', 'history', 'hello');
    const commit = git('rev-parse', 'HEAD');
    expect(document.deployments).toMatchObject([
      { version: 2, commit, dirty: true, tag: null, deployedBy: 'ci' },
      { version: 1, commit, dirty: false, tag: 'v1.0', deployedBy: 'ci' },
    ]);
    const { stdout } = await at.dray('app', 'history', 'hello');
    expect(stdout).toContain(`${commit.slice(0, 10)}*`);
  });

  it('deploys under another name, beside the app of its own name', async () => {
    const more = 'export const nested = app.function({}, () => add.remote(20, 3));\n';
    await using at = await deployServer({ 'app.ts': helloApp('Hello') + more });
    await at.dray('deploy', 'app.ts');
    await at.dray('deploy', '--name', 'hello-preview', 'app.ts');
    const { document } = await at.json<AppListResult>('app', 'list');
    expect(document.apps.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'hello running',
      'hello-preview running',
    ]);
    expect(await at.call('hello-preview', 'add', 2, 3)).toBe(5);
    // Its functions call each other, not those of the app of its own name.
    await at.dray('app', 'stop', 'hello', '--yes');
    expect(await at.call('hello-preview', 'nested')).toBe(23);
  });

  it('is refused with exit code 4 without a good token, or with one that may not', async () => {
    await using at = await deployServer({ 'app.ts': helloApp('Hello') }, { scope: 'read' });
    const refused = await at.json<{ error: { code: string } }>('deploy', 'app.ts');
    expect([refused.exitCode, refused.document.error.code]).toEqual([4, 'SCOPE_MISSING']);
    expect((await at.json('app', 'list')).document).toEqual({ environment: 'main', apps: [] });
    await at.server.fetch(`/v1/tokens/${at.env.DRAY_TOKEN_ID}`, { method: 'DELETE' });
    const unknown = await at.json<{ error: { code: string } }>('deploy', 'app.ts');
    expect([unknown.exitCode, unknown.document.error.code]).toEqual([4, 'TOKEN_REFUSED']);
  });

  it('is refused in an environment that is not there', async () => {
    await using at = await deployServer({ 'app.ts': helloApp('Hello') });
    const { document, exitCode } = await at.json<{ error: { code: string } }>(
      'deploy',
      '-e',
      'stagin',
      'app.ts',
    );
    expect([exitCode, document.error.code]).toEqual([4, 'ENVIRONMENT_NOT_FOUND']);
  });

  it('finds what is wrong in the file before it talks to a server', async () => {
    await using at = await deployServer({ 'app.ts': 'export const x = (1 +;' });
    const { stderr, exitCode } = await at.dray('deploy', 'app.ts');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('Code: APP_SYNTAX_ERROR');
    const missing = await at.dray('deploy', 'nothing.ts');
    expect([missing.exitCode, missing.stderr]).toEqual([2, expect.stringContaining('APP_FILE_NOT_FOUND')]);
    expect((await at.json('app', 'list')).document).toEqual({ environment: 'main', apps: [] });
  });

  it('gives deployed functions the secrets of the server, values that the app brings along included', async () => {
    await using at = await deployServer({
      'app.ts': `import { App, Secret } from 'dray';
const app = new App('secretive');
const secrets = [Secret.fromName('db'), Secret.fromObject({ LOCAL: 'brought' })];
export const read = app.function({ secrets }, async () => [process.env.DB_URL, process.env.LOCAL]);
`,
    });
    const missing = await at.dray('deploy', 'app.ts');
    expect([missing.exitCode, missing.stderr]).toEqual([4, expect.stringContaining('SECRET_NOT_FOUND')]);
    expect((await at.dray('secret', 'create', 'db', 'DB_URL=sealed')).exitCode).toBe(0);
    expect((await at.dray('deploy', 'app.ts')).exitCode).toBe(0);
    expect(await at.call('secretive', 'read')).toEqual(['sealed', 'brought']);
    const { document } = await at.json<{ secrets: { name: string }[] }>('secret', 'list');
    expect(document.secrets.map(({ name }) => name)).toEqual(['db']);
  });
});
