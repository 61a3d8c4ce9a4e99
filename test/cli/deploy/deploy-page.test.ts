/**
 * The story that docs/deploy.md tells, as it tells it.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { deployServer } from '../../helpers/deploy-server.ts';

const DOCS = path.join(import.meta.dirname, '../../../docs');

it('deploys its example, and prints what the page shows', async () => {
  const source = readFileSync(path.join(DOCS, 'examples/deployed.ts'), 'utf8');
  await using at = await deployServer({ 'deployed.ts': source });
  await at.dray('secret', 'create', 'bank', 'BANK_USER=ada');
  const { stdout, exitCode } = await at.dray('deploy', 'deployed.ts');
  expect(exitCode).toBe(0);
  const page = readFileSync(path.join(DOCS, 'deploy.md'), 'utf8');
  const shown = stdout.replace(at.server.url, 'http://127.0.0.1:3729').replace(/\(\d+\.\d s\)/, '(0.9 s)');
  expect(page).toContain(`$ dray deploy deployed.ts\n${shown}`);
  expect(await at.call('shop', 'charge', 'tea')).toBe('charged 300 with ada');
  await at.write('deployed.ts', source.replace('* 100', '* 90'));
  const plan = await at.dray('deploy', '--dry-run', 'deployed.ts');
  expect(plan.stdout).toMatch(/^~ price: code\n/);
  expect(plan.stdout).toContain('Would deploy shop in main, a version after 1\n');
});
