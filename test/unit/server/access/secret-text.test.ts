import { describe, expect, it } from 'vitest';
import { presentedToken } from '../../../../src/server/access/presented-token.ts';
import {
  hashOf,
  newCode,
  newSecret,
  sameHash,
  typedCode,
} from '../../../../src/server/access/secret-text.ts';

describe('secrets', () => {
  it('are 256 bits, and never the same', () => {
    const secrets = Array.from({ length: 100 }, () => newSecret('ts-'));
    expect(new Set(secrets).size).toBe(100);
    for (const secret of secrets) expect(Buffer.from(secret.slice(3), 'base64url')).toHaveLength(32);
  });

  it('are compared by hashes of one length', () => {
    expect(sameHash(hashOf('a'), hashOf('a'))).toBe(true);
    expect(sameHash(hashOf('a'), hashOf('b'))).toBe(false);
    expect(sameHash(hashOf('a'), new Uint8Array())).toBe(false);
  });
});

describe('a code for people', () => {
  it('is the same however it is typed', () => {
    const code = newCode();
    expect(code).toMatch(/^(?:[0-9A-HJKMNP-TV-Z]{5}-){3}[0-9A-HJKMNP-TV-Z]{5}$/);
    expect(typedCode(code)).toBe(code);
    expect(typedCode(` ${code.toLowerCase().replaceAll('-', '')}\n`)).toBe(code);
    expect(typedCode('oil10-00000')).toBe('01110-00000');
    expect(typedCode('')).toBe('');
  });
});

describe('the token of a header', () => {
  const encoded = (text: string) => Buffer.from(text).toString('base64');

  it.each([
    [`Basic ${encoded('tk-1:ts-2')}`, { id: 'tk-1', secret: 'ts-2' }],
    [`basic   ${encoded('tk-1:a:b')}`, { id: 'tk-1', secret: 'a:b' }],
    ['Bearer tk-1.ts-2', { id: 'tk-1', secret: 'ts-2' }],
    ['bearer tk-1.', { id: 'tk-1', secret: '' }],
    [undefined, undefined],
    ['', undefined],
    ['Basic', undefined],
    [`Basic ${encoded('tk-1')}`, undefined],
    [`Basic ${encoded(':x')}`, undefined],
    ['Bearer x', undefined],
    ['Digest tk-1.ts-2', undefined],
  ])('of %j is %j', (header, token) => {
    expect(presentedToken(header)).toEqual(token);
  });
});
