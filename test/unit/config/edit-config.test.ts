import { parse } from 'toml';
import { describe, expect, it } from 'vitest';
import { removeKey, setKey } from '../../../src/config/edit-config.ts';

const FILE = `# my settings

# personal
[default]
environment = "main"   # the usual
  backend='docker' # keep

# work stuff
[work]
active = true

# end
`;

const set = (text: string, profile: string, key: string, value: string | boolean) =>
  setKey(text, { profile, key, value, path: 'file' });
const remove = (text: string, profile: string, key: string) =>
  removeKey(text, { profile, key, path: 'file' });

/** Lines that only one of two texts has: `-` of the first, `+` of the second. */
function changed(before: string, after: string): string[] {
  const [old, now] = [before.split('\n'), after.split('\n')];
  let from = 0;
  while (from < old.length && old[from] === now[from]) from++;
  let back = 0;
  while (back < Math.min(old.length, now.length) - from && old.at(-1 - back) === now.at(-1 - back)) back++;
  const minus = old.slice(from, old.length - back).map((line) => `-${line}`);
  const plus = now.slice(from, now.length - back).map((line) => `+${line}`);
  return [...minus, ...plus];
}

describe('setKey', () => {
  it('changes a value where it is, and nothing else', async () => {
    expect(changed(FILE, await set(FILE, 'default', 'environment', 'staging'))).toEqual([
      '-environment = "main"   # the usual',
      '+environment = "staging"   # the usual',
    ]);
  });

  it('puts a new key under the last one of its table, above the comments of the next', async () => {
    const after = await set(FILE, 'default', 'server_url', 'https://dray.test');
    expect(changed(FILE, after)).toEqual(['+  server_url = "https://dray.test"']);
    expect(after.indexOf('server_url')).toBeLessThan(after.indexOf('# work stuff'));
  });

  it('puts the first key of a table right under its head', async () => {
    const text = '[default]\n# environment = "x"\n\n[other]\n';
    expect(await set(text, 'default', 'environment', 'x')).toBe(
      '[default]\nenvironment = "x"\n# environment = "x"\n\n[other]\n',
    );
  });

  it('adds a profile that is missing at the end', async () => {
    const after = await set(FILE, 'lab', 'backend', 'process');
    expect(after.startsWith(FILE)).toBe(true);
    expect(after.slice(FILE.length)).toBe('\n[lab]\nbackend = "process"\n');
  });

  it('keeps line ends of Windows and a byte order mark', async () => {
    const text = '\uFEFF[default]\r\nbackend = "docker"\r\n# end\r\n';
    expect(await set(text, 'default', 'environment', 'x')).toBe(
      '\uFEFF[default]\r\nbackend = "docker"\r\nenvironment = "x"\r\n# end\r\n',
    );
  });

  it('is not misled by text that looks like the head of a table', async () => {
    const text = '[default]\nnote = """\n[default]\n"""\nbackend = "docker"\n[work]\n';
    const after = await set(text, 'default', 'environment', 'x');
    expect(parse(after)).toMatchObject({ default: { note: '[default]\n', environment: 'x' } });
  });

  it.each([
    { name: 'an empty file', text: '' },
    { name: 'a file of comments', text: '# nothing yet\n' },
    { name: 'a file without a final newline', text: '[work]\nbackend = "docker"' },
    { name: 'a table in one line', text: 'work = { backend = "docker" } # short\n' },
    { name: 'dotted keys', text: 'work.backend = "docker" # short\n' },
    { name: 'a quoted name', text: '["work"]\nbackend = "docker"\n' },
    { name: 'a head with blanks and a comment', text: '[ work ] # mine\nbackend = "docker"\n' },
    { name: 'a table with tables in it', text: '[work]\nbackend = "docker"\n[work.more]\na = 1\n' },
    { name: 'dates and numbers elsewhere', text: '[other]\nsince = 2026-01-02T03:04:05Z\nn = 1_000\n' },
  ])('sets a key in $name and keeps all the rest', async ({ text }) => {
    const after = await set(text, 'work', 'environment', 'staging');
    const before = structuredClone(parse(text));
    expect(structuredClone(parse(after))).toEqual({
      ...before,
      work: { ...before.work, environment: 'staging' },
    });
    for (const comment of text.match(/#.*/g) ?? []) expect(after).toContain(comment);
  });

  it.each(['a "quoted" word', 'back\\slash', 'two\nlines', 'Zoë 🚚', "it's", '# no comment', 'a = b'])(
    'writes %j so that it reads as it was',
    async (value) => {
      expect(parse(await set(FILE, 'default', 'token_id', value)).default.token_id).toBe(value);
      expect(parse(await set(FILE, 'lab', 'token_id', value)).lab.token_id).toBe(value);
    },
  );

  it('takes any name that a profile may have', async () => {
    const after = await set(FILE, 'a.b-c_1', 'backend', 'process');
    expect(parse(after)['a.b-c_1']).toMatchObject({ backend: 'process' });
    expect(parse(await set(after, 'a.b-c_1', 'environment', 'x'))['a.b-c_1']).toMatchObject({
      backend: 'process',
      environment: 'x',
    });
  });

  it('refuses a file that is not TOML', async () => {
    await expect(set('[default\n', 'default', 'backend', 'docker')).rejects.toMatchObject({
      code: 'CONFIG_SYNTAX',
    });
  });
});

describe('removeKey', () => {
  it('takes out the line of the key and its comment, and nothing else', async () => {
    expect(changed(FILE, await remove(FILE, 'default', 'backend'))).toEqual(["-  backend='docker' # keep"]);
  });

  it('keeps the table of the last key', async () => {
    expect(parse(await remove(FILE, 'work', 'active')).work).toEqual({});
  });

  it('gives back the text itself where the key is not there', async () => {
    expect(await remove(FILE, 'work', 'backend')).toBe(FILE);
    expect(await remove(FILE, 'nobody', 'backend')).toBe(FILE);
  });
});
