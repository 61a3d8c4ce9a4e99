/**
 * Runs what docs/secrets.md shows, in the order it is shown in, and compares what is printed.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { dray, drayJson } from '../../helpers/run-command.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

const DOCS = path.join(import.meta.dirname, '../../../docs');
const read = (name: string) => readFile(path.join(DOCS, name), 'utf8');
/** The page's apps run here on child processes: what they show has nothing to do with Docker. */
const env = { DRAY_BACKEND: 'process' };

const withoutTimes = (text: string) => text.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d/g, '(time)');

it('shows what the commands print', async () => {
  const page = await read('secrets.md');
  const blocks = [...page.matchAll(/```console\n([\s\S]*?)```/g)].map(([, block = '']) => block);
  const commands = blocks.flatMap((block) => block.split(/^\$ dray /m).slice(1));
  expect(commands.length).toBeGreaterThan(5);
  await using folder = await tempFolder({
    'secrets.ts': await read('examples/secrets.ts'),
    'stripe.env': 'STRIPE_KEY=sk_test_4eC39HqLyj\nSTRIPE_ACCOUNT="acct 1"\n',
  });
  for (const command of commands) {
    const [line = '', ...output] = command.split('\n');
    const { stdout, stderr } = await dray(line.split(' '), { cwd: folder.path, env });
    expect({ line, stderr, stdout: withoutTimes(stdout) }).toEqual({
      ...{ line, stderr: '' },
      stdout: withoutTimes(output.join('\n')),
    });
  }
});

it('takes values from every source that it shows', async () => {
  await using folder = await tempFolder({
    'app.ts': await read('examples/secret-sources.ts'),
    'mail.env': 'SMTP_HOST=mail.example.com',
    'ca.pem': '-----BEGIN CERTIFICATE-----\n',
  });
  const options = { cwd: folder.path, env: { ...env, REPORT_TO: 'ada@example.com' } };
  await dray(['secret', 'create', 'stripe', 'STRIPE_KEY=x'], options);
  const { document } = await drayJson(['run', '--json', 'app.ts'], options);
  expect(document.result).toEqual(['STRIPE_KEY', 'SMTP_HOST', 'REPORT_TO', 'CERTIFICATE']);
});
