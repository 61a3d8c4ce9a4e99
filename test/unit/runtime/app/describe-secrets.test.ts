import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { describeApp } from '../../../../src/runtime/app/describe-app.ts';
import { DescribedSecrets } from '../../../../src/runtime/app/describe-secrets.ts';
import { App } from '../../../../src/sdk/app.ts';
import { type AppOptions, declaredApps } from '../../../../src/sdk/declaration.ts';
import type { FunctionOptions } from '../../../../src/sdk/function-options.ts';
import { Secret } from '../../../../src/sdk/secret.ts';
import { errorOf } from './temp-app.ts';

function describeWith(app: AppOptions, ...functions: Omit<FunctionOptions, 'batched' | 'schedule'>[]) {
  const declared = new App('test', app);
  functions.forEach((options, index) => {
    declared.function({ name: `f${index}`, ...options }, () => {});
  });
  const declaration = declaredApps().at(-1) as ReturnType<typeof declaredApps>[number];
  for (const fn of declaration.functions) fn.name = fn.options.name as string;
  const secrets = new DescribedSecrets();
  return { manifest: describeApp(declaration, secrets), secrets };
}

describe('secrets in a manifest', () => {
  it('are those of the app and then of the function, by name, or by an id for what the app brings along', () => {
    const own = Secret.fromObject({ TOKEN: 'marker' });
    const { manifest, secrets } = describeWith(
      { secrets: [Secret.fromName('s3', { requiredKeys: ['ID'] }), own] },
      { secrets: [Secret.fromLocalEnv(['A']), own] },
      {},
    );
    const app = [
      { kind: 'name', name: 's3', requiredKeys: ['ID'] },
      { kind: 'local', id: 'local-1' },
    ];
    expect(manifest.functions.map((fn) => fn.secrets)).toEqual([
      [...app, { kind: 'local', id: 'local-2' }, { kind: 'local', id: 'local-1' }],
      app,
    ]);
    expect([...secrets.local.keys()]).toEqual(['local-1', 'local-2']);
    expect(JSON.stringify(manifest)).not.toContain('marker');
  });

  it('are refused where something else is given, which is not shown', async () => {
    for (const wrong of [{ TOKEN: 'marker' }, ['marker'], 'marker', [{ TOKEN: 'marker' }]]) {
      const error = await errorOf(() => describeWith({}, { secrets: wrong as never }));
      expect(error.code).toBe('INVALID_OPTION');
      expect(error.message).toMatch(/secrets of function f0 .*must be a list of secrets/);
      expect(error.message).not.toContain('marker');
    }
  });

  it('are refused under a name that no secret can have', async () => {
    expect((await errorOf(() => describeWith({ secrets: [Secret.fromName('a b')] }, {}))).code).toBe(
      'BAD_NAME',
    );
  });
});

describe('a Secret', () => {
  it('shows no value when it is printed', () => {
    const secret = Secret.fromObject({ TOKEN: 'marker' });
    expect(inspect(secret, { depth: 9 }) + JSON.stringify(secret) + String(secret)).not.toContain('marker');
  });
});
