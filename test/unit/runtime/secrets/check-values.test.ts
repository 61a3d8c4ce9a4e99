import { describe, expect, it } from 'vitest';
import { checkValues } from '../../../../src/runtime/secrets/check-values.ts';
import { errorOf } from '../app/temp-app.ts';

describe('values of a secret', () => {
  it('may be any text that an environment variable can be', () => {
    checkValues({ TOKEN: 'a=b "c"\nd\'é\u{1f511}', _empty: '', a1: ' ', LONG: 'x'.repeat(131_066) });
  });

  it.each([
    ['nothing at all', {}],
    ['a list', ['marker']],
    ['no object', 'marker'],
    ['a key with a digit first', { '1A': 'marker' }],
    ['a key with a dash', { 'A-B': 'marker' }],
    ['a key that objects have', JSON.parse('{"__proto__": "marker"}')],
    ['an empty key', { '': 'marker' }],
    ['a number', { A: 5 }],
    ['undefined', { A: undefined }],
    ['an object', { A: { marker: 'marker' } }],
    ['a zero byte', { A: 'marker\0' }],
    ['more than Linux passes on', { A: 'marker'.repeat(30_000) }],
  ])('are refused where there is %s, without being shown', async (_, values) => {
    const error = await errorOf(() => checkValues(values));
    expect(error).toMatchObject({ code: 'SECRET_VALUES', exitCode: 2 });
    expect(JSON.stringify([error.message, error.suggestions])).not.toContain('marker');
  });
});
