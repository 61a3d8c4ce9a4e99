import { describe, expect, it } from 'vitest';
import { readLocalSecrets } from '../../../../src/runtime/secrets/local-secrets.ts';
import { Secret, secretDeclaration } from '../../../../src/sdk/secret.ts';
import { errorOf, tempFolder } from '../app/temp-app.ts';

const read = async (secret: Secret, appFile: string, env: Record<string, string> = {}) => {
  const declared = new Map([['local-1', secretDeclaration(secret) as never]]);
  return (await readLocalSecrets(declared, appFile, env)).get('local-1');
};

describe('Secret.fromObject', () => {
  it('gives its values', async () => {
    expect(await read(Secret.fromObject({ TOKEN: 'x' }), '/app.ts')).toEqual({ TOKEN: 'x' });
  });

  it('is an error that names the key where a value is undefined', async () => {
    const secret = Secret.fromObject({ TOKEN: undefined as unknown as string });
    expect((await errorOf(read(secret, '/app.ts'))).message).toBe(
      'the value of TOKEN is undefined, and must be text',
    );
  });
});

describe('Secret.fromLocalEnv', () => {
  it('takes the variables that it names and no others', async () => {
    const env = { TOKEN: 'x', ID: '', OTHER: 'y' };
    expect(await read(Secret.fromLocalEnv(['TOKEN', 'ID']), '/app.ts', env)).toEqual({ TOKEN: 'x', ID: '' });
  });

  it('is an error that names a variable which is not set', async () => {
    const error = await errorOf(read(Secret.fromLocalEnv(['TOKEN', 'ID']), '/app.ts', { TOKEN: 'x' }));
    expect(error).toMatchObject({ code: 'SECRET_SOURCE_MISSING', exitCode: 2 });
    expect(error.message).toContain('ID');
  });
});

describe('Secret.fromDotenv', () => {
  const TEXT = `\uFEFFPLAIN=one # a comment
export QUOTED="two\\nlines # not a comment"
SINGLE='it is "so" \\n'
EQUALS=a=b==
PEM="-----BEGIN-----
ü=
-----END-----"
EMPTY=
`;
  const VALUES = {
    PLAIN: 'one',
    QUOTED: 'two\nlines # not a comment',
    SINGLE: 'it is "so" \\n',
    EQUALS: 'a=b==',
    PEM: '-----BEGIN-----\nü=\n-----END-----',
    EMPTY: '',
  };

  it('takes the nearest .env in the folder of the app or above it', async () => {
    using folder = tempFolder({ '.env': 'WHO=outer', 'a/.env': TEXT, 'a/b/app.ts': '', 'app.ts': '' });
    expect(await read(Secret.fromDotenv(), folder.file('a/b/app.ts'))).toEqual(VALUES);
    expect(await read(Secret.fromDotenv(), folder.file('app.ts'))).toEqual({ WHO: 'outer' });
  });

  it('takes a path relative to the folder of the app', async () => {
    using folder = tempFolder({ 'prod.env': 'WHO=prod', 'a/app.ts': '' });
    expect(await read(Secret.fromDotenv('../prod.env'), folder.file('a/app.ts'))).toEqual({ WHO: 'prod' });
    expect(await read(Secret.fromDotenv(folder.file('prod.env')), '/app.ts')).toEqual({ WHO: 'prod' });
  });

  it.each(['none.env', 'folder'])(
    'is an error that names the file where it cannot be read: %s',
    async (name) => {
      using folder = tempFolder({ 'folder/x': '' });
      const error = await errorOf(read(Secret.fromDotenv(name), folder.file('app.ts')));
      expect(error.code).toBe('SECRET_SOURCE_MISSING');
      expect(error.message).toContain(folder.file(name));
    },
  );
});
