/**
 * Decides which certificates the lab's base images trust beyond those of the tools inside.
 *
 * A machine behind a company's proxy names its CA bundle in NODE_EXTRA_CA_CERTS or SSL_CERT_FILE; without
 * it, package managers in a build cannot reach their registries. Machines that name none get images without.
 *
 * Invariants
 * - where neither variable is set, the answer is undefined and images carry nothing
 * - the bundle is complete by itself: a variable that replaces a tool's own roots loses none
 */
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { packFolder } from './image-layer.ts';
import type { ImageToPush } from './image-push.ts';

/** A bundle, where it lies in an image, and the variables that point to it. */
export type TrustedCertificates = {
  bundle: string;
  pathInImage: string;
  env: Record<string, string>;
};

// Not Debian's own path: installing ca-certificates in a build would overwrite the bundle.
const PATH_IN_IMAGE = '/usr/local/share/dray-lab/certificates.pem';
const DEBIAN_BUNDLE = '/etc/ssl/certs/ca-certificates.crt';
const VARIABLES = [
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'CURL_CA_BUNDLE',
  'GIT_SSL_CAINFO',
  'PIP_CERT',
  'REQUESTS_CA_BUNDLE',
];

/** The bundle for the images, or undefined where the machine trusts nothing special. */
export function trustedCertificates(
  env: NodeJS.ProcessEnv = process.env,
  read: (file: string) => string | undefined = readIfThere,
): TrustedCertificates | undefined {
  const { SSL_CERT_FILE: all, NODE_EXTRA_CA_CERTS: extra } = env;
  if (!all && !extra) return undefined;
  const files = new Set(
    [all || DEBIAN_BUNDLE, extra].filter((file) => file !== undefined).filter((file) => file !== ''),
  );
  const bundle = [...files]
    .map((file) => read(file))
    .filter(Boolean)
    .join('\n');
  if (bundle === '') return undefined;
  return {
    bundle,
    pathInImage: PATH_IN_IMAGE,
    env: Object.fromEntries(VARIABLES.map((name) => [name, PATH_IN_IMAGE])),
  };
}

/** The layer that carries the bundle: none where there is nothing to trust. */
export async function certificateLayers(
  workspace: string,
  trusted: TrustedCertificates | undefined,
): Promise<ImageToPush['layers']> {
  if (!trusted) return [];
  const root = path.join(workspace, 'certificates');
  const file = path.join(root, trusted.pathInImage);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, trusted.bundle, { mode: 0o644 });
  return [{ layer: await packFolder(root, `${root}.gz`), createdBy: "the machine's trusted certificates" }];
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
