/**
 * The certificates for a Docker endpoint over TLS, as Docker lays them out: ca.pem, cert.pem and key.pem in one folder.
 *
 * It reads files and decides nothing about when TLS is used. A file that is not there is left out: a server may ask
 * for no client certificate, and its own may come from a public authority.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { EnvironmentError } from '../../../shared/errors.ts';

/** PEM texts for a connection over TLS. */
export interface DockerTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** Whether the server's certificate must be valid. */
  readonly verify: boolean;
}

/** Reads what there is in `folder`. Throws DOCKER_TLS_UNREADABLE where a file is there and cannot be read. */
export async function readDockerTls(folder: string, verify: boolean): Promise<DockerTls> {
  const [ca, cert, key] = await Promise.all(
    ['ca.pem', 'cert.pem', 'key.pem'].map((name) => readIfThere(path.join(folder, name))),
  );
  return {
    verify,
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  };
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new EnvironmentError('DOCKER_TLS_UNREADABLE', `cannot read the Docker certificate ${file}`, {
      suggestions: [`make it readable for this user: ${file}`],
      cause,
    });
  }
}
