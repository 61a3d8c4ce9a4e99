import { describe, expect, it } from 'vitest';
import type { ConfigFile } from '../../../../src/config/config-file.ts';
import { judgeConfig } from '../../../../src/runtime/doctor/check-config.ts';

function file(profiles: Record<string, Record<string, unknown>>, findings: string[] = []): ConfigFile {
  const path = '/home/ada/.dray.toml';
  return { path, exists: true, profiles: new Map(Object.entries(profiles)), active: undefined, findings };
}

const levelled = (findings: readonly { level: string; message: string }[]) =>
  findings.map(({ level, message }) => `${level}: ${message}`);

describe('judgeConfig', () => {
  it('says what is in use', () => {
    expect(levelled(judgeConfig(file({}), { env: 'dev' }, {}))).toEqual([
      'ok: profile default, environment dev; /home/ada/.dray.toml',
    ]);
  });

  it('is content without a file', () => {
    const [finding] = judgeConfig({ ...file({}), exists: false }, {}, {});
    expect(finding?.level).toBe('ok');
  });

  it('warns of what is odd about the file', () => {
    expect(levelled(judgeConfig(file({}, ['others may read it']), {}, {}))).toContain(
      'warning: /home/ada/.dray.toml: others may read it',
    );
  });

  it('has a problem with a value that is in use, and warns of one that is not', () => {
    const broken = file({ work: { backend: 'podman' } });
    expect(levelled(judgeConfig(broken, { profile: 'work' }, {}))[0]).toMatch(/^problem: backend must be/);
    const unused = levelled(judgeConfig(broken, {}, {}));
    expect(unused[0]).toMatch(/^ok: profile default/);
    expect(unused[1]).toMatch(/^warning: backend must be/);
  });

  it('has a problem with a profile that is not there', () => {
    const [finding] = judgeConfig(file({}), {}, { DRAY_PROFILE: 'work' });
    expect(finding).toMatchObject({ level: 'problem', advice: expect.stringContaining('dray profile list') });
  });

  it('shows no secret', () => {
    const findings = judgeConfig(file({ default: { token_secret: ['hunter2'] } }), {}, {});
    expect(JSON.stringify(findings)).not.toContain('hunter2');
  });
});
