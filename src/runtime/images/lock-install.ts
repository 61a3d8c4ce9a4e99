/**
 * The script that installs exactly what a lock file says, with the package manager that wrote it.
 *
 * Pure. Managers other than npm are fetched by npm into its cache, so that they are not left in the image. Development
 * dependencies are left out, except by newer yarn, which cannot tell them apart without its plugins.
 */
import type { LockTool } from './lock-files.ts';
import { linkToRoot, NPM_CACHE, NPM_NEEDED } from './npm-install.ts';
import { cacheMount, contextMount, MOUNTS, type StepScript } from './step-script.ts';

const LOCKED = `${MOUNTS}/locked`;

interface LockInstaller {
  /** Where its downloads stay. */
  readonly cache: string;
  readonly command: string;
  readonly package: string;
  readonly env: string;
}

const INSTALLERS: Readonly<Record<Exclude<LockTool, 'npm'>, LockInstaller>> = {
  pnpm: {
    cache: 'pnpm',
    package: 'pnpm',
    env: 'CI=1',
    command: `pnpm install --frozen-lockfile --prod --store-dir ${MOUNTS}/pnpm --package-import-method copy \
--config.dangerously-allow-all-builds=true --reporter append-only`,
  },
  yarn: {
    cache: 'yarn',
    package: 'yarn',
    env: `YARN_CACHE_FOLDER=${MOUNTS}/yarn`,
    command: 'yarn install --frozen-lockfile --production --non-interactive --no-progress',
  },
  'yarn-berry': {
    cache: 'yarn-berry',
    package: '@yarnpkg/cli-dist',
    env: `YARN_CACHE_FOLDER=${MOUNTS}/yarn-berry YARN_GLOBAL_FOLDER=${MOUNTS}/yarn-berry-global YARN_ENABLE_GLOBAL_CACHE=0 YARN_NODE_LINKER=node-modules \
YARN_ENABLE_TELEMETRY=0 YARN_ENABLE_PROGRESS_BARS=0 YARN_IGNORE_PATH=1 \
YARN_INSTALL_STATE_PATH=${MOUNTS}/yarn-state.gz \${SSL_CERT_FILE:+YARN_HTTPS_CA_FILE_PATH=$SSL_CERT_FILE}`,
    command: 'yarn install --immutable',
  },
  bun: {
    cache: 'bun',
    package: 'bun',
    env: `BUN_INSTALL_CACHE_DIR=${MOUNTS}/bun`,
    command: 'bun install --frozen-lockfile --production --backend=copyfile --no-progress',
  },
};

/** Installs from the lock file in this folder of the context. `tool` as lock-files.ts names it: `pnpm@10.1.0`. */
export function lockInstallScript(folder: string, digest: string, tool: string): StepScript {
  const [name, version] = tool.split('@') as [LockTool, string?];
  // Lock files of several projects lie beside each other.
  const project = `/opt/dray/locked/${digest}`;
  const script = `\
${NPM_NEEDED}
mkdir -p ${project}
cp -R ${LOCKED}/. ${project}
cd ${project}
export npm_config_cache=${NPM_CACHE} npm_config_dangerously_allow_all_scripts=true npm_config_audit=false \
npm_config_fund=false npm_config_update_notifier=false npm_config_progress=false
${name === 'npm' ? 'npm ci --omit=dev' : otherManager(INSTALLERS[name], version)}
[ -d node_modules ] || mkdir node_modules
${linkToRoot(project, ['dependencies', 'optionalDependencies'])}`;
  const caches =
    name === 'npm' ? [] : [cacheMount(INSTALLERS[name].cache, `${MOUNTS}/${INSTALLERS[name].cache}`)];
  return {
    mounts: [cacheMount('npm', NPM_CACHE), ...caches, contextMount(folder, LOCKED)],
    script,
    args: [],
  };
}

function otherManager(installer: LockInstaller, version: string | undefined): string {
  // npm's settings are for npm alone: yarn and pnpm read some of the same variables.
  return `env ${installer.env} npm exec --yes --package ${installer.package}@${version} -- ${installer.command}`;
}
