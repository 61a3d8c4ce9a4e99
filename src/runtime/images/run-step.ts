/**
 * Writes one RUN instruction: the shell script of a step that runs in the image, and what is mounted for it.
 *
 * Pure. The user's own text travels as arguments of the script, in RUN's JSON form, and so never passes
 * through a shell's or a Dockerfile's quoting. That form is understood by every BuildKit, unlike heredocs.
 */
import type { ImageStep } from '../../sdk/recipe.ts';
import { aptInstallScript } from './apt-install.ts';
import { lockInstallScript } from './lock-install.ts';
import { npmInstallScript } from './npm-install.ts';
import { pipInstallScript, pipRequirementsScript, uvPipInstallScript } from './pip-install.ts';
import type { StepFiles } from './step-files.ts';
import { contextMount, MOUNTS, type StepScript, shellWord } from './step-script.ts';
import { secretMounts } from './step-secrets.ts';

/** A step that becomes a RUN instruction. */
export type RunStep = Exclude<
  ImageStep,
  { kind: 'env' | 'workdir' | 'add-local' | 'user' | 'shell' | 'dockerfile-commands' }
>;

/** Path of the CA bundle in the build context. */
export const CA_BUNDLE_FILE = 'ca-bundle.pem';

const CA_BUNDLE = `${MOUNTS}/${CA_BUNDLE_FILE}`;
const NODE_IMAGE = `${MOUNTS}/node`;

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

/** What a step stands among. */
export interface RunContext {
  /** The step trusts the bundle of the build context. */
  readonly caBundle: boolean;
  /** What a `shell` step before it set. */
  readonly shell: readonly string[];
  /** What of the user's disk it takes. */
  readonly files?: StepFiles | undefined;
  /** Variables that it gets as secrets. */
  readonly secrets: readonly string[];
}

/** The shell of commands where no step sets one. */
export const DEFAULT_SHELL = ['/bin/sh', '-ec'];

/** The RUN instruction of this step, one line. `index` is its place among the steps. */
export function runInstruction(step: RunStep, index: number, context: RunContext): string {
  const { mounts, script, args } = scriptOf(step, context);
  const trust = context.caBundle
    ? `export ${CA_VARIABLES.map((name) => `${name}=${CA_BUNDLE}`).join(' ')}\n`
    : '';
  const secret = secretMounts(index, context.secrets);
  const bundle = context.caBundle ? [contextMount(CA_BUNDLE_FILE, CA_BUNDLE)] : [];
  const all = [...mounts, ...secret.mounts, ...bundle];
  const flags = all.map((mount) => `--mount=${mount}`);
  return [
    'RUN',
    ...flags,
    JSON.stringify(['/bin/sh', '-ec', trust + secret.script + script, 'dray', ...args]),
  ].join(' ');
}

function scriptOf(step: RunStep, { shell, files }: RunContext): StepScript {
  switch (step.kind) {
    case 'apt-install':
      return aptInstallScript(step.packages);
    case 'npm-install':
      return npmInstallScript(step.packages);
    case 'npm-lock':
      return lockInstallScript(files?.folder ?? '', files?.digest ?? '', files?.tool ?? 'npm');
    case 'pip-install':
      return pipInstallScript(step.packages, step.options);
    case 'pip-requirements':
      return pipRequirementsScript(files?.folder ?? '', files?.main ?? '', step.options);
    case 'uv-pip-install':
      return uvPipInstallScript(step.packages, step.options);
    case 'add-node':
      return addNodeScript(step.version);
    case 'run-commands':
      return { mounts: [], script: runCommands(shell), args: step.commands };
  }
}

/** Each command in a shell of its own, as if it were a RUN of its own, in one layer. */
function runCommands(shell: readonly string[]): string {
  const words = shell.map((word) => (/^[\w/.-]+$/.test(word) ? word : shellWord(word)));
  return `for command; do ${words.join(' ')} "$command" || exit; done`;
}

/** Node and npm as the official image has them. */
function addNodeScript(version: string): StepScript {
  const script = `\
mkdir -p /usr/local/bin /usr/local/lib/node_modules
cp ${NODE_IMAGE}/usr/local/bin/node /usr/local/bin/node
cp -R ${NODE_IMAGE}/usr/local/lib/node_modules/npm /usr/local/lib/node_modules/npm
ln -sf ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
ln -sf ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx
node --version`;
  const mount = `type=bind,from=node:${version}-bookworm-slim,target=${NODE_IMAGE}`;
  return { mounts: [mount], script, args: [] };
}
