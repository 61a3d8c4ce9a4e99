import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ensureImages } from '../../../src/runtime/images/ensure-image.ts';
import { Image } from '../../../src/sdk/image.ts';
import { danglingImages, openWay, PLAIN_SHELL, unique, waysToBuild } from './ways-to-build.ts';

const base = Image.node('24');

async function temporaryFolder() {
  const folder = await mkdtemp(path.join(tmpdir(), 'dray-images-'));
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

describe.each(waysToBuild())('images: $title', (way) => {
  it('installs Debian packages and leaves no lists or archives behind', async () => {
    await using host = await openWay(way);
    const { reference, built } = await host.ensure(unique(base).aptInstall('jq'));
    expect(built).toBe(true);
    expect(await host.output(reference, ['jq', '-n', '1+1'])).toBe('2');
    const left = await host
      .output(reference, [
        'find',
        '/var/lib/apt/lists',
        '/var/cache/apt',
        '/dev/dray',
        '-type',
        'f',
        '-size',
        '+0',
      ])
      .catch((error: { stdout: string; stderr: string }) => {
        expect(error.stderr).toContain("'/dev/dray': No such file or directory");
        return error.stdout;
      });
    expect(left).toBe('');
    expect(host.progress).toContainEqual({ kind: 'step', name: 'aptInstall("jq")' });
    expect(host.progress).toContainEqual({ kind: 'log', text: expect.stringContaining('Setting up jq') });
  });

  it('installs npm packages where any folder finds them, step after step', async () => {
    await using host = await openWay(way);
    const image = unique(
      base.workdir('/app').npmInstall('is-odd@3.0.1').npmInstall('left-pad@1.3.0', 'esbuild@0.25.0'),
    );
    const { reference } = await host.ensure(image);
    const program = `
      const { default: isOdd } = await import('is-odd');
      const { default: leftPad } = await import('left-pad');
      const { createRequire } = await import('node:module');
      const { transformSync } = createRequire(process.cwd() + '/x.js')('esbuild');
      console.log(isOdd(3), leftPad('7', 3, '0'), transformSync('let a: 1', { loader: 'ts' }).code.trim());`;
    for (const folder of ['/app', '/tmp']) {
      const output = await host.output(reference, ['node', '--input-type=module', '-e', program], folder);
      expect(output).toBe('true 007 let a;');
    }
    // esbuild's install script replaces this file by the native program.
    expect(await host.output(reference, ['/node_modules/.bin/esbuild', '--version'])).toBe('0.25.0');
  });

  it("adds npm packages to the image's own /node_modules and leaves its package.json alone", async () => {
    await using host = await openWay(way);
    const own = `mkdir -p /node_modules/mine /node_modules/left-pad
      echo 'module.exports = "mine"' > /node_modules/mine/index.js
      echo 'module.exports = "old"' > /node_modules/left-pad/index.js
      echo '{"name":"own","dependencies":{"no-such-package-of-dray":"9"}}' > /package.json`;
    const { reference } = await host.ensure(unique(base.runCommands(own).npmInstall('left-pad@1.3.0')));
    const program = 'console.log(require("mine"), require("left-pad")("7", 3, "0"))';
    expect(await host.output(reference, ['node', '-e', program], '/tmp')).toBe('mine 007');
    expect(await host.output(reference, ['cat', '/package.json'])).toContain('"name":"own"');
  });

  it('keeps every byte of variables, commands and working directories', async () => {
    await using host = await openWay(way);
    const variables = {
      QUOTES: `"double" 'single' \`back\``,
      DOLLARS: '$HOME $\u007bX:-y} $(id) $$',
      BACKSLASHES: 'C:\\dir\\ \\n \\',
      LINES: 'one\ntwo\r\nthree "$HOME" \\\n',
      BLANKS: '  lead and trail\t ',
      UNICODE: 'ümläut ✓ 漢字 🛒',
      HASH: '# not a comment',
      EMPTY: '',
      JSON: JSON.stringify({ a: ['"', '\\', '\n', { b: "'" }] }),
      LONG: 'x'.repeat(70_000),
    };
    const script = `cat > /out/script <<'END'\n$HOME "quoted" \\ # kept\nEND\n# a comment\nprintf '%s' "$LINES" > /out/lines`;
    const image = unique(base.env(variables).workdir('/my app/$x "y" #z')).runCommands(
      'mkdir /out',
      script,
      `printf '%s|' 'a b' "c d" e\\ f > /out/words`,
      'pwd > /out/pwd; exit 0',
      'true # trailing comment',
    );
    const { reference } = await host.ensure(image);
    const inspected = await host.client.docker.getImage(reference).inspect();
    const env = Object.fromEntries(inspected.Config.Env.map((pair) => pair.split(/=(.*)/s).slice(0, 2)));
    expect(env).toMatchObject(variables);
    expect(inspected.Config.WorkingDir).toBe('/my app/$x "y" #z');
    const read =
      'const fs=require("fs");for(const f of fs.readdirSync("/out"))console.log(JSON.stringify([f,fs.readFileSync("/out/"+f,"utf8")]))';
    const files = Object.fromEntries(
      (await host.output(reference, ['node', '-e', read])).split('\n').map((l) => JSON.parse(l)),
    );
    expect(files).toEqual({
      script: '$HOME "quoted" \\ # kept\n',
      lines: variables.LINES,
      words: 'a b|c d|e f|',
      pwd: '/my app/$x "y" #z\n',
    });
  });

  it('runs a command only if the one before it succeeded', async () => {
    await using host = await openWay(way);
    const image = unique(base).runCommands('echo first', 'false; echo unseen', 'echo never');
    await expect(host.ensure(image)).rejects.toMatchObject({ code: 'IMAGE_BUILD_FAILED', details: 'first' });
  });

  it('asks no builder and no registry for images that are there', async () => {
    await using host = await openWay(way);
    const image = unique(base).runCommands('true');
    // A builder may have the base without the engine having it under its name.
    await host.ensure(base);
    await host.ensure(image);
    const forbidden = () => Promise.reject(new Error('a builder was asked'));
    const watched = {
      hasImage: host.images.hasImage.bind(host.images),
      pullImage: forbidden,
      buildImage: forbidden,
    };
    const recipes = [image.recipe, base.recipe, image.recipe];
    const ensured = await ensureImages(recipes, watched, forbidden, { env: PLAIN_SHELL });
    expect(ensured.map(({ built, pulled }) => built || pulled)).toEqual([false, false, false]);
  });

  it('labels the image with its recipe', async () => {
    await using host = await openWay(way);
    const { reference } = await host.ensure(unique(base).workdir('/a'));
    const { Config, RepoTags } = await host.client.docker.getImage(reference).inspect();
    expect(RepoTags).toEqual([reference]);
    expect(Config.Labels).toEqual({
      'dev.dray.image': '1',
      'dev.dray.recipe': reference.split(':')[1],
      'dev.dray.base': expect.stringMatching(/^node:24-bookworm-slim@sha256:[0-9a-f]{64}$/),
    });
  });

  it("trusts the user's CAs while it builds and keeps nothing of them or of proxies", async () => {
    await using host = await openWay(way);
    await using temporary = await temporaryFolder();
    const marker = `COMPANY-CA-${crypto.randomUUID()}`;
    const bundle = path.join(temporary.folder, 'company.pem');
    await writeFile(bundle, `${marker}\n`);
    const env = { NODE_EXTRA_CA_CERTS: bundle, HTTPS_PROXY: `http://user:${marker}@proxy.invalid:1` };
    const seen = unique(base).runCommands(
      `for file in "$NODE_EXTRA_CA_CERTS" "$SSL_CERT_FILE" "$CURL_CA_BUNDLE" "$npm_config_cafile"; do grep -q COMPANY-CA "$file"; done`,
      'echo "$HTTPS_PROXY" | grep -q COMPANY-CA && echo trusted > /seen',
    );
    const { reference } = await host.ensure(seen, { env });
    expect(await host.output(reference, ['cat', '/seen'])).toBe('trusted');
    const image = host.client.docker.getImage(reference);
    expect(JSON.stringify([await image.inspect(), await image.history()])).not.toContain(marker);
    expect(await found(await image.get(), [marker, 'trusted'])).toEqual(['trusted']);
    expect(await host.output(reference, ['find', '/', '-xdev', '-name', 'ca-bundle.pem'])).toBe('');
  });

  it('gives the same tag with and without CAs', async () => {
    await using host = await openWay(way);
    await using temporary = await temporaryFolder();
    const bundle = path.join(temporary.folder, 'company.pem');
    await writeFile(bundle, 'COMPANY\n');
    const image = unique(base).runCommands('true');
    const { reference } = await host.ensure(image, { env: { SSL_CERT_FILE: bundle } });
    expect(await host.ensure(image)).toMatchObject({ reference, built: false });
  });

  it('lets two processes build the same image at once', async () => {
    await using host = await openWay(way);
    await using other = await openWay(way);
    const before = await danglingImages(host.client);
    const image = unique(base).runCommands('head -c 100000 /dev/urandom > /random');
    const both = await Promise.all([host.ensure(image), other.ensure(image)]);
    expect(both.map(({ built }) => built)).toEqual([true, true]);
    expect(await host.images.hasImage(both[0].reference)).toBe(true);
    expect(await danglingImages(host.client)).toEqual(before);
  });

  it('leaves no file in the temporary folder', async () => {
    await using temporary = await temporaryFolder();
    await using host = await openWay(way, { TMPDIR: temporary.folder });
    await host.ensure(unique(base).runCommands('true'));
    await expect(host.ensure(unique(base).runCommands('false'))).rejects.toThrow('runCommands("false")');
    expect(await readdir(temporary.folder)).toEqual([]);
  });
});

/** Those of `texts` that occur in the stream. */
async function found(stream: AsyncIterable<unknown>, texts: string[]): Promise<string[]> {
  const seen = new Set<string>();
  const overlap = Math.max(...texts.map((text) => text.length));
  let tail = Buffer.alloc(0);
  for await (const chunk of stream) {
    const window = Buffer.concat([tail, chunk as Buffer]);
    for (const text of texts) if (window.includes(text)) seen.add(text);
    tail = Buffer.from(window.subarray(-overlap));
  }
  return [...seen];
}
