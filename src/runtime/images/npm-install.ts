/**
 * The script that installs npm packages by name, and the one that puts them where all code finds them.
 *
 * Pure. What npm downloads stays in a cache of the builder, never in the layer.
 */
import { cacheMount, MOUNTS, type StepScript } from './step-script.ts';

/** npm's cache while a step runs. */
export const NPM_CACHE = `${MOUNTS}/npm`;

/** Where the packages really are: a project of dray's own, so that a package.json of the image's is left alone. */
const PROJECT = '/opt/dray/npm';

/** Says what is wrong where the image has no npm. */
export const NPM_NEEDED = `command -v npm > /dev/null || {
  echo 'the image has no npm: start from Image.node(), or Image.debianSlim({ node, python })'; exit 1; }`;

/** Installs these packages. npm from version 12 on runs install scripts only where allowed. */
export function npmInstallScript(packages: readonly string[]): StepScript {
  const script = `\
${NPM_NEEDED}
mkdir -p ${PROJECT}
cd ${PROJECT}
[ -e package.json ] || echo '{"private":true}' > package.json
npm_config_dangerously_allow_all_scripts=true npm install --cache ${NPM_CACHE} --save-exact \
--no-audit --no-fund --no-update-notifier --no-progress -- "$@"
${linkToRoot(PROJECT, ['dependencies'])}`;
  return { mounts: [cacheMount('npm', NPM_CACHE)], script, args: packages };
}

/**
 * Makes a project's direct dependencies resolvable from everywhere. `/node_modules` is on the search path of every
 * folder. It is a link, except where the image has one of its own: then the named packages are linked into that.
 */
export function linkToRoot(project: string, fields: readonly string[]): string {
  const names =
    fields.length === 1 && fields[0] === 'dependencies'
      ? `Object.keys(require("${project}/package.json").dependencies)`
      : `${JSON.stringify(fields)}.flatMap((field) => Object.keys(require("${project}/package.json")[field] ?? {}))`;
  return `\
[ -e /node_modules ] || ln -s ${project}/node_modules /node_modules
[ /node_modules -ef ${project}/node_modules ] || node -e '
const fs = require("node:fs"), path = require("node:path");
for (const name of ${names}) {
  const link = path.join("/node_modules", name);
  fs.rmSync(link, { recursive: true, force: true });
  fs.mkdirSync(path.dirname(link), { recursive: true });
  fs.symlinkSync(path.join("${project}/node_modules", name), link);
}'`;
}
