import { describe, expect, it } from 'vitest';
import { dockerfileFor } from '../../../../src/runtime/images/dockerfile.ts';
import { Image } from '../../../../src/sdk/image.ts';

const plain = { caBundle: false };
const base = Image.node('24');

/** The program of a RUN line and the arguments it is given: what comes after its mounts. */
function runOf(line: string | undefined): { flags: string[]; argv: string[] } {
  const match = /^RUN ((?:--\S+ )*)(\[.*\])$/s.exec(line ?? '');
  if (match === null) throw new Error(`no RUN in JSON form: ${line}`);
  return { flags: match[1]?.trim().split(' ') ?? [], argv: JSON.parse(match[2] as string) };
}

function lineOf(image: Image, instruction: string): string | undefined {
  const lines = dockerfileFor(image.recipe, plain).text.split('\n');
  return lines.find((line) => line.startsWith(instruction));
}

describe('dockerfileFor', () => {
  it('writes the base alone for a recipe without steps', () => {
    expect(dockerfileFor(base.recipe, plain)).toEqual({
      text: 'FROM node:24-bookworm-slim\n',
      buildArgs: {},
      steps: [],
    });
  });

  it('writes one instruction per step, in order', () => {
    const image = base
      .aptInstall('jq')
      .workdir('/app')
      .env({ A: '1' })
      .npmInstall('left-pad')
      .runCommands('true');
    const { text } = dockerfileFor(image.recipe, plain);
    const instructions = text.trimEnd().split('\n');
    expect(instructions.map((line) => line.split(' ')[0])).toEqual([
      'FROM',
      'RUN',
      'WORKDIR',
      'ENV',
      'RUN',
      'RUN',
    ]);
  });

  it('counts the steps that BuildKit numbers: all but env', () => {
    const image = base.env({ A: '1' }).aptInstall('jq').env({ B: '2' }).workdir('/app').runCommands('true');
    expect(dockerfileFor(image.recipe, plain).steps).toEqual([
      { name: 'aptInstall("jq")', installs: true },
      { name: 'workdir("/app")', installs: false },
      { name: 'runCommands("true")', installs: false },
    ]);
  });

  it('keeps packages in the order the user wrote them, as arguments of their own', () => {
    const { flags, argv } = runOf(lineOf(base.aptInstall('zlib1g-dev', 'jq=1.6-2.1'), 'RUN'));
    expect(flags).toEqual(['--mount=type=cache,id=dray-apt,target=/dev/dray/apt,sharing=locked']);
    expect(argv.slice(0, 2)).toEqual(['/bin/sh', '-ec']);
    expect(argv.slice(3)).toEqual(['dray', 'zlib1g-dev', 'jq=1.6-2.1']);
  });

  it('installs Debian packages without questions, recommended packages or anything left behind', () => {
    expect(runOf(lineOf(base.aptInstall('jq'), 'RUN')).argv[2]).toMatchInlineSnapshot(`
      "apt() {
        DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Dir::State::Lists=/dev/dray/apt/lists -o Dir::Cache::Archives=/dev/dray/apt/archives -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o APT::Update::Error-Mode=any -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 \${SSL_CERT_FILE:+-o} \${SSL_CERT_FILE:+Acquire::https::CaInfo=$SSL_CERT_FILE} "$@"
      }
      mkdir -p /dev/dray/apt/lists/partial /dev/dray/apt/archives/partial
      apt update
      apt install --no-install-recommends "$@""
    `);
  });

  it('installs npm packages in a project of its own and links it to the root', () => {
    const { flags, argv } = runOf(lineOf(base.npmInstall('sharp@0.34.5'), 'RUN'));
    expect(flags).toEqual(['--mount=type=cache,id=dray-npm,target=/dev/dray/npm,sharing=shared']);
    expect(argv.at(-1)).toBe('sharp@0.34.5');
    expect(argv[2]).toMatchInlineSnapshot(`
      "command -v npm > /dev/null || {
        echo 'the image has no npm: start from Image.node(), or Image.debianSlim({ node, python })'; exit 1; }
      mkdir -p /opt/dray/npm
      cd /opt/dray/npm
      [ -e package.json ] || echo '{"private":true}' > package.json
      npm_config_dangerously_allow_all_scripts=true npm install --cache /dev/dray/npm --save-exact --no-audit --no-fund --no-update-notifier --no-progress -- "$@"
      [ -e /node_modules ] || ln -s /opt/dray/npm/node_modules /node_modules
      [ /node_modules -ef /opt/dray/npm/node_modules ] || node -e '
      const fs = require("node:fs"), path = require("node:path");
      for (const name of Object.keys(require("/opt/dray/npm/package.json").dependencies)) {
        const link = path.join("/node_modules", name);
        fs.rmSync(link, { recursive: true, force: true });
        fs.mkdirSync(path.dirname(link), { recursive: true });
        fs.symlinkSync(path.join("/opt/dray/npm/node_modules", name), link);
      }'"
    `);
  });

  it.each([
    'echo "double" \'single\' `back`',
    'printf "%s\\n" $HOME $\u007bPATH:-none} $(date)',
    'cat <<EOF\nline # no comment\nEOF\n# a comment',
    'echo trailing backslash \\',
    '[ -n "looks like json" ]',
    'echo ünïcode ✓ \u2028 end',
    '  leading and trailing blanks  ',
  ])('hands the command %j over as it is', (command) => {
    const { argv } = runOf(lineOf(base.runCommands('true', command), 'RUN'));
    expect(argv.slice(3)).toEqual(['dray', 'true', command]);
  });

  it.each([
    { value: 'plain', want: 'ENV V="plain"' },
    { value: '', want: 'ENV V=""' },
    { value: 'a "b" \'c\'', want: `ENV V="a \\"b\\" 'c'"` },
    { value: 'C:\\dir\\', want: 'ENV V="C:\\\\dir\\\\"' },
    { value: '$HOME $\u007bX:-y}', want: 'ENV V="\\$HOME \\$\u007bX:-y}"' },
    { value: '# \t é ✓', want: 'ENV V="# \t é ✓"' },
  ])('writes the value $value so that it arrives exactly', ({ value, want }) => {
    const { text, buildArgs } = dockerfileFor(base.env({ V: value }).recipe, plain);
    expect(text.split('\n')[1]).toBe(want);
    expect(buildArgs).toEqual({});
  });

  it('brings values with line breaks in through arguments', () => {
    const image = base.env({ A: 'one\ntwo $X', B: 'plain' }).env({ C: '\r\n' });
    const { text, buildArgs } = dockerfileFor(image.recipe, plain);
    expect(text).toMatchInlineSnapshot(`
      "FROM node:24-bookworm-slim
      ARG DRAY_ENV_0
      ENV A="$DRAY_ENV_0"
      ENV B="plain"
      ARG DRAY_ENV_1
      ENV C="$DRAY_ENV_1"
      "
    `);
    expect(buildArgs).toEqual({ DRAY_ENV_0: 'one\ntwo $X', DRAY_ENV_1: '\r\n' });
  });

  it('brings values too long for a line in through arguments', () => {
    const value = 'x'.repeat(100_000);
    const { text, buildArgs } = dockerfileFor(base.env({ A: value }).recipe, plain);
    expect(text).not.toContain(value);
    expect(buildArgs).toEqual({ DRAY_ENV_0: value });
  });

  it('installs Python packages with pip, options before packages', () => {
    const options = {
      indexUrl: 'https://a.example/simple',
      extraIndexUrl: ['https://b.example/simple', 'https://c.example/simple'],
      findLinks: '/wheels',
      pre: true,
      extraOptions: ['--no-deps'],
    };
    const { flags, argv } = runOf(lineOf(base.pipInstall('six==1.16.0', options), 'RUN'));
    expect(flags).toEqual(['--mount=type=cache,id=dray-pip,target=/dev/dray/pip,sharing=shared']);
    expect(argv.slice(4).join(' ')).toBe(
      '--index-url https://a.example/simple --extra-index-url https://b.example/simple ' +
        '--extra-index-url https://c.example/simple --find-links /wheels --pre --no-deps six==1.16.0',
    );
    expect(argv[2]).toMatchInlineSnapshot(`
      "export PIP_CACHE_DIR=/dev/dray/pip PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_PROGRESS_BAR=off PIP_ROOT_USER_ACTION=ignore PIP_BREAK_SYSTEM_PACKAGES=1
      python3 -m pip --version > /dev/null || { echo 'the image has no python3 with pip: start from Image.python()'; exit 1; }
      python3 -m pip install "$@""
    `);
  });

  it('installs Python packages with a uv that stays in the cache', () => {
    const { flags, argv } = runOf(lineOf(base.uvPipInstall('six', { pre: true }), 'RUN'));
    expect(flags).toEqual([
      '--mount=type=cache,id=dray-pip,target=/dev/dray/pip,sharing=shared',
      '--mount=type=cache,id=dray-uv,target=/dev/dray/uv,sharing=shared',
    ]);
    expect(argv.slice(4)).toEqual(['--prerelease=allow', 'six']);
  });

  it('mounts a requirements file from the context, named by its content', () => {
    const image = base.pipInstallFromRequirements('/x/dev.txt');
    const files = [{ folder: 'local/abc', digest: 'abc', main: 'dev.txt', entries: [] }];
    const { text } = dockerfileFor(image.recipe, { ...plain, files });
    const { flags, argv } = runOf(text.split('\n')[1]);
    expect(flags.at(-1)).toBe('--mount=type=bind,source=local/abc,target=/dev/dray/requirements');
    expect(argv.slice(4)).toEqual(['--requirement', 'dev.txt']);
  });

  it('runs later commands in the shell that is set, and earlier ones in sh', () => {
    const image = base.runCommands('a').shell(['/bin/bash', '-c', "it's"]).runCommands('b').user('app');
    const lines = dockerfileFor(image.recipe, plain).text.trimEnd().split('\n');
    expect(runOf(lines[1]).argv[2]).toBe('for command; do /bin/sh -ec "$command" || exit; done');
    expect(lines[2]).toBe(`SHELL ["/bin/bash","-c","it's"]`);
    expect(runOf(lines[3]).argv[2]).toBe(`for command; do /bin/bash -c 'it'\\''s' "$command" || exit; done`);
    expect(lines[4]).toBe('USER "app"');
  });

  it('takes instructions of a Dockerfile as they are, and counts those that BuildKit numbers', () => {
    const image = base.dockerfileCommands('EXPOSE 80\nRUN a', 'COPY --from=x /a /b').runCommands('b');
    const { text, steps } = dockerfileFor(image.recipe, plain);
    expect(text).toContain('\nEXPOSE 80\nRUN a\nCOPY --from=x /a /b\nRUN [');
    expect(steps.map(({ name }) => name.split('(')[0])).toEqual([
      'dockerfileCommands',
      'dockerfileCommands',
      'runCommands',
    ]);
  });

  it('knows where a step was declared', () => {
    const { base: from, steps } = base.aptInstall('jq').recipe;
    const recipe = { base: from, steps: steps.map((step) => ({ ...step, at: 'app.ts:7' })) };
    expect(dockerfileFor(recipe, plain).steps).toEqual([
      { name: 'aptInstall("jq")', installs: true, at: 'app.ts:7' },
    ]);
  });

  it('quotes a working directory', () => {
    expect(lineOf(base.workdir('/my app/$x "y"'), 'WORKDIR')).toBe('WORKDIR "/my app/\\$x \\"y\\""');
  });

  it('mounts the CA bundle in each RUN and nowhere else', () => {
    const image = base.aptInstall('jq').env({ A: '1' }).npmInstall('left-pad').runCommands('true');
    const { text } = dockerfileFor(image.recipe, { caBundle: true });
    const lines = text.trimEnd().split('\n');
    for (const line of lines.filter((line) => line.startsWith('RUN'))) {
      const { flags, argv } = runOf(line);
      expect(flags.at(-1)).toBe('--mount=type=bind,source=ca-bundle.pem,target=/dev/dray/ca-bundle.pem');
      expect(argv[2]).toMatch(/^export NODE_EXTRA_CA_CERTS=\S+ SSL_CERT_FILE=\S+ .*npm_config_cafile=\S+\n/);
    }
    expect(lines.filter((line) => !line.startsWith('RUN')).join('\n')).not.toContain('ca-bundle');
  });

  it('names no CA bundle where the user has none', () => {
    const image = base.aptInstall('jq').npmInstall('left-pad').runCommands('true');
    expect(dockerfileFor(image.recipe, plain).text).not.toMatch(/ca-bundle|NODE_EXTRA_CA_CERTS/);
  });

  it('writes lines that the oldest frontend reads: below 64 KiB, without a syntax directive', () => {
    const image = base.runCommands('"\n'.repeat(14_000)).env({ A: '"'.repeat(7_000) });
    const { text } = dockerfileFor(image.recipe, { caBundle: true });
    expect(text.startsWith('FROM ')).toBe(true);
    for (const line of text.split('\n')) expect(Buffer.byteLength(line)).toBeLessThan(65_536);
  });

  it('refuses a recipe that cannot be right', () => {
    expect(() => dockerfileFor(base.aptInstall().recipe, plain)).toThrow('aptInstall(): no package is named');
  });
});
