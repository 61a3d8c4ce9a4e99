/**
 * Makes the files that turn a Debian image into a Node image.
 *
 * The node program and npm come from the npm registry, which every machine that can install this project
 * reaches. User, paths and entrypoint are those of the official image; yarn and corepack stay out.
 *
 * Invariants
 * - user and group `node` have id 1000 and a home
 * - npm's major version is the one that belongs to the Node version
 */
import { chmod, chown, cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';

/** Node major versions the lab has images for, with the npm that goes with each. */
export const NPM_OF_NODE = { 24: 11, 22: 10 } as const;
export type NodeMajor = keyof typeof NPM_OF_NODE;

const ENTRYPOINT = `#!/bin/sh
set -e
# Arguments that are no program of the image go to node.
if [ "\${1#-}" != "\${1}" ] || [ -z "$(command -v "\${1}")" ] || { [ -f "\${1}" ] && ! [ -x "\${1}" ]; }; then
  set -- node "$@"
fi
exec "$@"
`;

/** Fills `root` and tells the exact Node version; `debianTar` gives the account files to add to. */
export async function fillNodeRoot(root: string, major: NodeMajor, debianTar: string): Promise<string> {
  const downloads = `${root}.downloads`;
  await Promise.all([mkdir(root, { recursive: true }), mkdir(downloads, { recursive: true })]);
  try {
    const nodePackage = await npmPackage(downloads, `node-linux-${process.arch}@${major}`);
    const npmItself = await npmPackage(downloads, `npm@${NPM_OF_NODE[major]}`);
    const local = path.join(root, 'usr/local');
    const npmFolder = path.join(local, 'lib/node_modules/npm');
    await mkdir(path.join(local, 'bin'), { recursive: true });
    await cp(path.join(nodePackage, 'bin/node'), path.join(local, 'bin/node'));
    await cp(npmItself, npmFolder, { recursive: true });
    await addPrograms(local, npmFolder);
    await addNodeUser(root, debianTar);
    return JSON.parse(await readFile(path.join(nodePackage, 'package.json'), 'utf8')).version;
  } finally {
    await rm(downloads, { recursive: true, force: true });
  }
}

/** Downloads one npm package and unpacks it; runs in an empty folder, so no project's npm settings apply. */
async function npmPackage(downloads: string, wanted: string): Promise<string> {
  const folder = path.join(downloads, wanted.replace('@', '-'));
  await mkdir(folder);
  await execa('npm', ['pack', wanted, '--silent'], { cwd: folder });
  const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz'));
  if (!tarball) throw new Error(`npm pack ${wanted} gave no tarball`);
  await execa('tar', ['-xzf', tarball, '--no-same-owner'], { cwd: folder });
  return path.join(folder, 'package');
}

async function addPrograms(local: string, npmFolder: string): Promise<void> {
  const bin = path.join(local, 'bin');
  await writeFile(path.join(bin, 'docker-entrypoint.sh'), ENTRYPOINT);
  for (const file of ['node', 'docker-entrypoint.sh']) await chmod(path.join(bin, file), 0o755);
  for (const file of ['npm-cli.js', 'npx-cli.js']) await chmod(path.join(npmFolder, 'bin', file), 0o755);
  await symlink('../lib/node_modules/npm/bin/npm-cli.js', path.join(bin, 'npm'));
  await symlink('../lib/node_modules/npm/bin/npx-cli.js', path.join(bin, 'npx'));
  await symlink('node', path.join(bin, 'nodejs'));
}

async function addNodeUser(root: string, debianTar: string): Promise<void> {
  await execa('tar', [
    '-xf',
    debianTar,
    '-C',
    root,
    './etc/passwd',
    './etc/group',
    './etc/shadow',
    './etc/skel',
  ]);
  const append = (file: string, line: string) =>
    writeFile(path.join(root, 'etc', file), `${line}\n`, { flag: 'a' });
  await append('passwd', 'node:x:1000:1000::/home/node:/bin/bash');
  await append('group', 'node:x:1000:');
  await append('shadow', 'node:!:19000:0:99999:7:::');
  const home = path.join(root, 'home/node');
  await mkdir(path.dirname(home));
  await cp(path.join(root, 'etc/skel'), home, { recursive: true });
  await chmod(home, 0o755);
  for (const name of ['', ...(await readdir(home))]) await chown(path.join(home, name), 1000, 1000);
}
