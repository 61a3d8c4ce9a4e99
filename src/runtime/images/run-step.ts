/**
 * Writes one RUN instruction: the shell script of an install or command step, and what is mounted for it.
 *
 * Pure. The user's own text travels as arguments of the script, in RUN's JSON form, and so never passes
 * through a shell's or a Dockerfile's quoting. That form is understood by every BuildKit, unlike heredocs.
 *
 * Invariants
 * - everything mounted lies under /dev: that is a tmpfs while the step runs, so that not even the empty
 *   mount points, which older BuildKits leave behind, end up in the layer
 * - what a step downloads stays in a cache of the builder, never in the layer
 */
import type { ImageStep } from '../../sdk/recipe.ts';

/** A step that becomes a RUN instruction. */
export type RunStep = Extract<ImageStep, { kind: 'apt-install' | 'npm-install' | 'run-commands' }>;

/** Path of the CA bundle in the build context. */
export const CA_BUNDLE_FILE = 'ca-bundle.pem';

const MOUNTS = '/dev/dray';
const CA_BUNDLE = `${MOUNTS}/${CA_BUNDLE_FILE}`;
const APT_CACHE = `${MOUNTS}/apt`;
const NPM_CACHE = `${MOUNTS}/npm`;

/** Each program that fetches over TLS has a variable of its own for the bundle it trusts. */
const CA_VARIABLES = [
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'REQUESTS_CA_BUNDLE',
  'PIP_CERT',
  'CURL_CA_BUNDLE',
  'GIT_SSL_CAINFO',
  'npm_config_cafile',
];

/**
 * apt works in folders of its own, so that neither the image's /etc/apt/apt.conf.d/docker-clean empties the
 * cache nor package lists stay in the layer. `any` makes an unreachable mirror an error of `update` instead of
 * a later "unable to locate package".
 */
const APT_INSTALL = `\
apt() {
  DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Dir::State::Lists=${APT_CACHE}/lists \
-o Dir::Cache::Archives=${APT_CACHE}/archives -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= \
-o APT::Update::Error-Mode=any -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 \${SSL_CERT_FILE:+-o} \
\${SSL_CERT_FILE:+Acquire::https::CaInfo=$SSL_CERT_FILE} "$@"
}
mkdir -p ${APT_CACHE}/lists/partial ${APT_CACHE}/archives/partial
apt update
apt install --no-install-recommends "$@"`;

/** Where the packages really are: a project of dray's own, so that a package.json of the image's is left alone. */
const NPM_PROJECT = '/opt/dray/npm';

/**
 * `/node_modules` is on the search path of every folder. It is a link, except where the image has one of its
 * own: then the named packages are linked into that. npm from version 12 on runs install scripts only where allowed.
 */
const NPM_INSTALL = `\
mkdir -p ${NPM_PROJECT}
cd ${NPM_PROJECT}
[ -e package.json ] || echo '{"private":true}' > package.json
npm_config_dangerously_allow_all_scripts=true npm install --cache ${NPM_CACHE} --save-exact \
--no-audit --no-fund --no-update-notifier --no-progress -- "$@"
[ -e /node_modules ] || ln -s ${NPM_PROJECT}/node_modules /node_modules
[ /node_modules -ef ${NPM_PROJECT}/node_modules ] || node -e '
const fs = require("node:fs"), path = require("node:path");
for (const name of Object.keys(require("${NPM_PROJECT}/package.json").dependencies)) {
  const link = path.join("/node_modules", name);
  fs.rmSync(link, { recursive: true, force: true });
  fs.mkdirSync(path.dirname(link), { recursive: true });
  fs.symlinkSync(path.join("${NPM_PROJECT}/node_modules", name), link);
}'`;

/** Each command in a shell of its own, as if it were a RUN of its own, in one layer. */
const RUN_COMMANDS = 'for command; do /bin/sh -ec "$command" || exit; done';

/** The RUN instruction of this step, one line. With `caBundle` the step trusts the bundle of the build context. */
export function runInstruction(step: RunStep, options: { readonly caBundle: boolean }): string {
  const { mounts, script, args } = partsOf(step);
  const trust = options.caBundle
    ? `export ${CA_VARIABLES.map((name) => `${name}=${CA_BUNDLE}`).join(' ')}\n`
    : '';
  const flags = options.caBundle
    ? [...mounts, `--mount=type=bind,source=${CA_BUNDLE_FILE},target=${CA_BUNDLE}`]
    : mounts;
  return ['RUN', ...flags, JSON.stringify(['/bin/sh', '-ec', trust + script, 'dray', ...args])].join(' ');
}

function partsOf(step: RunStep): { mounts: string[]; script: string; args: readonly string[] } {
  switch (step.kind) {
    case 'apt-install':
      return { mounts: [cacheMount('apt', APT_CACHE)], script: APT_INSTALL, args: step.packages };
    case 'npm-install':
      return { mounts: [cacheMount('npm', NPM_CACHE)], script: NPM_INSTALL, args: step.packages };
    case 'run-commands':
      return { mounts: [], script: RUN_COMMANDS, args: step.commands };
  }
}

/** apt locks its folders, so builds take turns; npm's cache is made to be shared. */
function cacheMount(name: 'apt' | 'npm', target: string): string {
  return `--mount=type=cache,id=dray-${name},target=${target},sharing=${name === 'apt' ? 'locked' : 'shared'}`;
}
