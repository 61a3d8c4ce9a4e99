import { beforeEach, describe, expect, it } from 'vitest';
import { Environments } from '../../../../src/runtime/environments/environments.ts';
import { createMemoryStore } from '../../../../src/runtime/store/memory-store.ts';
import type { Store } from '../../../../src/runtime/store/store.ts';

let store: Store;
let environments: Environments;

beforeEach(() => {
  store = createMemoryStore();
  environments = new Environments(store);
});

const putSecret = (environment: string, name: string) =>
  store.secrets.put(
    {
      environment,
      name,
      keys: ['KEY'],
      seal: () => ({ keyId: 'k', nonce: new Uint8Array(12), ciphertext: new Uint8Array(16) }),
      at: 1,
    },
    { replace: false },
  );

const names = async () => (await environments.list()).map(({ name }) => name);
const never = () => Promise.reject(new Error('asked'));

describe('Environments', () => {
  it('has main from the beginning', async () => {
    expect(await environments.list()).toEqual([{ name: 'main', createdAt: expect.any(Number), secrets: [] }]);
  });

  it('lists what each holds', async () => {
    await environments.create('staging');
    await putSecret('staging', 's3');
    await putSecret('staging', 'db');
    expect((await environments.list()).map(({ name, secrets }) => ({ name, secrets }))).toEqual([
      { name: 'main', secrets: [] },
      { name: 'staging', secrets: ['db', 's3'] },
    ]);
  });

  it.each(['a', 'A.b_c-9', 'x'.repeat(64)])('takes the name %s', async (name) => {
    await environments.create(name);
    expect(await names()).toContain(name);
  });

  it.each(['', 'a b', 'a/b', 'ä', 'x'.repeat(65)])('refuses the name %j', async (name) => {
    await expect(environments.create(name)).rejects.toMatchObject({ code: 'BAD_NAME', exitCode: 2 });
    expect(await names()).toEqual(['main']);
  });

  it.each(['main', 'staging'])('refuses to create %s twice', async (name) => {
    if (name !== 'main') await environments.create(name);
    await expect(environments.create(name)).rejects.toMatchObject({
      code: 'ENVIRONMENT_EXISTS',
      exitCode: 4,
    });
  });

  it('deletes one that is empty without asking', async () => {
    await environments.create('staging');
    expect(await environments.delete('staging', never)).toEqual([]);
    expect(await names()).toEqual(['main']);
  });

  it('deletes one with secrets where the answer is yes, and says which went with it', async () => {
    await environments.create('staging');
    await putSecret('staging', 's3');
    await putSecret('main', 'kept');
    const asked: (readonly string[])[] = [];
    const goOn = async (secrets: readonly string[]) => asked.push(secrets) > 0;
    expect(await environments.delete('staging', goOn)).toEqual(['s3']);
    expect(asked).toEqual([['s3']]);
    expect(await environments.list()).toMatchObject([{ name: 'main', secrets: ['kept'] }]);
  });

  it('keeps everything where the answer is no', async () => {
    await environments.create('staging');
    await putSecret('staging', 's3');
    expect(await environments.delete('staging', async () => false)).toBeUndefined();
    expect(await environments.list()).toMatchObject([{ name: 'main' }, { name: 'staging', secrets: ['s3'] }]);
  });

  it('never deletes main, whatever it holds, and does not ask', async () => {
    await putSecret('main', 's3');
    await expect(environments.delete('main', never)).rejects.toMatchObject({
      code: 'ENVIRONMENT_NOT_DELETABLE',
      exitCode: 4,
    });
    expect(await environments.list()).toMatchObject([{ name: 'main', secrets: ['s3'] }]);
  });

  it('names the one that was meant where there is none', async () => {
    await environments.create('staging');
    await expect(environments.delete('stagign', never)).rejects.toMatchObject({
      code: 'ENVIRONMENT_NOT_FOUND',
      suggestions: expect.arrayContaining(['did you mean staging?']),
    });
  });
});
