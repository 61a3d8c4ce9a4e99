/**
 * Adds the Python base image to a running mirror.
 *
 * Debian's own Python under the official name and paths; few tests need it, so it is made when asked for
 * and stays in the cache with the other images.
 *
 * Invariants
 * - pip installs into the system, as in the official image
 * - callers hold the lab's lock
 */
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PATH_IN_IMAGES, writeDebianRoot } from './debian-root.ts';
import { packFolder, packTar } from './image-layer.ts';
import { hasImage, pushImage } from './image-push.ts';
import { madeOnce } from './made-once.ts';
import { removeTree } from './remove-tree.ts';
import { certificateLayers, trustedCertificates } from './trusted-certificates.ts';

const REPOSITORY = 'library/python';
const TAG = '3.11-slim-bookworm';

/** Makes `python:3.11-slim-bookworm` unless the mirror has it. */
export async function addPythonImage(mirrorUrl: string, log: (line: string) => void): Promise<void> {
  if (await hasImage(mirrorUrl, REPOSITORY, TAG)) return;
  log('making the Python base image (about a minute, once)');
  const workspace = await madeOnce(
    path.join(tmpdir(), `dray-lab-python-${process.pid}`),
    async (temporary) => {
      const debianTar = path.join(temporary, 'debian.tar');
      await writeDebianRoot(debianTar, ['python3', 'python3-pip', 'python3-venv']);
      await fillPythonRoot(path.join(temporary, 'python'));
    },
  );
  try {
    const trusted = trustedCertificates();
    const debian = await packTar(path.join(workspace, 'debian.tar'), path.join(workspace, 'debian.gz'));
    const python = await packFolder(path.join(workspace, 'python'), path.join(workspace, 'python.gz'));
    await pushImage(mirrorUrl, {
      repository: REPOSITORY,
      tag: TAG,
      layers: [
        { layer: debian, createdBy: 'mmdebstrap bookworm with Python' },
        ...(await certificateLayers(workspace, trusted)),
        { layer: python, createdBy: 'names under /usr/local' },
      ],
      env: { PATH: PATH_IN_IMAGES, LANG: 'C.UTF-8', ...trusted?.env },
      cmd: ['python3'],
    });
  } finally {
    await removeTree(workspace);
  }
}

async function fillPythonRoot(root: string): Promise<void> {
  const bin = path.join(root, 'usr/local/bin');
  const library = path.join(root, 'usr/lib/python3.11');
  await Promise.all([mkdir(bin, { recursive: true }), mkdir(library, { recursive: true })]);
  for (const name of ['python', 'python3', 'python3.11'])
    await symlink('/usr/bin/python3.11', path.join(bin, name));
  for (const name of ['pip', 'pip3']) await symlink('/usr/bin/pip3', path.join(bin, name));
  // A layer deletes a file of the layers below by this name: Debian's note that forbids pip to install.
  await writeFile(path.join(library, '.wh.EXTERNALLY-MANAGED'), '');
}
